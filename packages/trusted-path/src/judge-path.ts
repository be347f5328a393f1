import { abortable } from "./abortable.ts";
import { judgeOnce, WALK_LIMIT } from "./judge-once.ts";
import { changed } from "./refusals.ts";
import { machine, type System } from "./system.ts";
import type { TrustOptions, TrustVerdict } from "./types.ts";

/**
 * Judges whether a path is safe for a purpose: every component from the root, links followed by hand, nothing opened.
 * What fails is a refusal, not an exception. Where Kubernetes swaps `..data` meanwhile, it walks again, three times at most.
 *
 * @throws the signal's reason once the signal is aborted, at once even where a call into the file system hangs
 */
export function judgePath(path: string, options: TrustOptions): Promise<TrustVerdict> {
  return abortable(options.signal, judgeOn(machine, path, { ...options }));
}

/** {@link judgePath} on a given machine. */
export async function judgeOn(system: System, path: string, options: TrustOptions): Promise<TrustVerdict> {
  for (let walks = 0; walks < WALK_LIMIT; walks += 1) {
    const verdict = await judgeOnce(path, options, system);
    if (verdict !== undefined) return verdict;
  }
  return changed(path);
}
