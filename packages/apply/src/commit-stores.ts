import { readTextFile } from "@durar/config-document";
import { commitFiles, type FileChange } from "@durar/file-commit";
import type { DurarError } from "@durar/secretref-schema";
import type { ReadFile } from "./drafts/desk-changes.ts";
import { applyError, throwReasons } from "./errors.ts";

/** Longer than a killed process holds its locks, so that a change can be made again at once. */
export const lockTimeoutMs = 15_000;

/**
 * Sees that stores which stay as they are still are what was checked; the commit sees to the others.
 *
 * @throws ApplyError `APPLY_REFUSED` with one `APPLY_STORE_CHANGED` for each that is not
 */
export function refuseChanged(unchanged: readonly ReadFile[]): void {
  throwReasons("APPLY_REFUSED", unchanged.flatMap(changedMeanwhile));
}

function changedMeanwhile({ path, original }: ReadFile): readonly DurarError[] {
  const now = readTextFile(path);
  const text = now.ok ? now.text : undefined;
  if (text === original && (now.ok || now.reason === "missing")) return [];
  return [applyError("APPLY_STORE_CHANGED", `${path} was changed while the plan was checked`)];
}

/**
 * Writes all changes in one commit. Answers the files that were changed.
 *
 * @throws what `commitFiles` throws
 */
export async function commitStores(
  changes: readonly FileChange[],
  { journal, signal }: { readonly journal: string; readonly signal?: AbortSignal | undefined },
): Promise<readonly string[]> {
  if (changes.length === 0) return [];
  const { changedFiles } = await commitFiles(changes, { journal, lockTimeoutMs, signal });
  return changedFiles;
}
