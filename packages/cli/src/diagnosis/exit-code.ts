import type { findingFlags, GivenFlags } from "../command-line/flags.ts";
import type { ExitCode } from "../exit-codes.ts";
import type { Diagnosis } from "./diagnosis.ts";

const rank = { info: 0, warn: 1, error: 2 } as const;

/**
 * 0, unless it is a gate: then 1 for findings that are bad enough, else 3 where something could not be examined.
 *
 * @param isComplete whether every file could be read that is looked into
 */
export function exitCodeOf(
  found: readonly Diagnosis[],
  isComplete: boolean,
  flags: GivenFlags<typeof findingFlags>,
): ExitCode {
  if (flags.check !== true) return 0;
  const least = rank[flags["fail-on"] ?? "warn"];
  const [missing, findings] = [true, false].map((wanted) =>
    found.filter(({ code }) => (code === "PATH_UNREADABLE") === wanted),
  );
  if (findings?.some(({ severity }) => rank[severity] >= least) === true) return 1;
  return isComplete && missing?.length === 0 ? 0 : 3;
}
