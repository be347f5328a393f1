import { isDurarError } from "@durar/secretref-schema";
import { holdLock, isLocked } from "./lock.ts";
import { journalExists } from "./read-journal.ts";
import { hasStages, sweepStages } from "./sweep-stages.ts";

/** How long to wait for the locks, and for whom. */
export interface SweepOptions {
  readonly remaining: () => number;
  readonly signal: AbortSignal | undefined;
}

// Whoever holds the lock may be alive; where there can be no lock, nothing could be removed either.
const tolerated: ReadonlySet<string> = new Set(["COMMIT_LOCKED", "COMMIT_FAILED"]);

/**
 * Removes the stages and locks that killed processes left beside files, each under its file's lock, as long as no
 * journal exists: one that does needs its stages.
 *
 * @returns whether no journal came to be meanwhile
 * @throws COMMIT_ABORTED
 */
export async function sweepLeft(
  realPaths: Iterable<string>,
  journal: string,
  { remaining, signal }: SweepOptions,
): Promise<boolean> {
  for (const realPath of realPaths) {
    const staged = await hasStages(realPath);
    if (!staged && !(await isLocked(realPath))) continue;
    // A lock alone is worth no wait: a dead process's goes, any other stays.
    const lockTimeoutMs = staged ? remaining() : 0;
    try {
      const swept = await holdLock(realPath, { lockTimeoutMs, signal }, async () => {
        if (await journalExists(journal)) return false;
        await sweepStages(realPath);
        return true;
      });
      if (!swept) return false;
    } catch (error) {
      if (!isDurarError(error) || !tolerated.has(error.code)) throw error;
    }
  }
  return true;
}
