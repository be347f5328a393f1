import type { Preparation } from "@durar/snapshot";
import type { ApplyResult, ApplyWarning, Edit } from "./types.ts";

/** A state that was checked, and how it comes about. */
export interface Checked {
  readonly edits: readonly Edit[];
  readonly preparation: Preparation;
  /** Whether documents take in others, which are not followed. */
  readonly hasIncludes: boolean;
  readonly warnings: readonly ApplyWarning[];
}

/** What is told of a change, done or only looked at. */
export function resultOf(
  mode: ApplyResult["mode"],
  changedFiles: readonly string[],
  { edits, preparation, hasIncludes, warnings }: Checked,
): ApplyResult {
  const { refsChecked, skippedRefs } = preparation;
  return {
    ...{ mode, changed: changedFiles.length > 0, changedFiles, edits },
    checks: { resolvability: true, resolvabilityComplete: skippedRefs.length === 0 && !hasIncludes },
    ...{ refsChecked, skippedExecRefs: skippedRefs.length },
    ...{ warningCount: warnings.length, warnings },
  };
}
