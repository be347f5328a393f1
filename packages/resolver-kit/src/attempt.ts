/** Calls a function; also what it throws before its first `await` becomes a rejection. */
export async function attempt<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  return work();
}
