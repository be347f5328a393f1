/**
 * Settles as `work` does, or rejects with the signal's reason as soon as it is aborted. A call into a hung file system
 * cannot be cancelled; what it yields in the end goes to `discard`.
 */
export async function abortable<Result>(
  signal: AbortSignal | undefined,
  work: Promise<Result>,
  discard?: (late: Result) => Promise<void>,
): Promise<Result> {
  if (signal === undefined) return work;
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([aborted, work]);
  } catch (error) {
    work.then((late) => discard?.(late)).catch(() => undefined);
    throw error;
  } finally {
    if (stop !== undefined) signal.removeEventListener("abort", stop);
  }
}
