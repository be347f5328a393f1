/** Runs every task, at most `limit` at a time, in order of the list. A task that throws ends the run. */
export async function runLimited(tasks: readonly (() => Promise<void>)[], limit: number): Promise<void> {
  const queue = tasks.values();
  const worker = async (): Promise<void> => {
    for (const task of queue) await task();
  };
  await Promise.all(Array.from({ length: Math.min(limit, tasks.length) }, worker));
}
