/** How a server that ended is started again. */
export interface McpRestarts {
  /** Milliseconds at most before the first attempt; twice as many before each that follows. @default 1000 */
  readonly minimumMs: number;
  /** Milliseconds at most before any attempt. @default 300000 */
  readonly maximumMs: number;
  /** Milliseconds that a server must have run for its next end to count as the first. @default 60000 */
  readonly steadyMs: number;
}

export const MCP_RESTARTS: McpRestarts = Object.freeze({
  minimumMs: 1_000,
  maximumMs: 300_000,
  steadyMs: 60_000,
});

/**
 * Milliseconds before a server is started again: exponential, from half to the whole of it by chance, so that servers
 * that ended together do not start together.
 *
 * @param failures how often it failed in a row, this time included
 */
export function restartDelay(
  failures: number,
  { minimumMs, maximumMs }: Pick<McpRestarts, "minimumMs" | "maximumMs">,
  random: () => number = Math.random,
): number {
  const most = Math.min(maximumMs, minimumMs * 2 ** Math.min(failures - 1, 30));
  return most / 2 + (most / 2) * random();
}
