import { isDeepStrictEqual } from "node:util";
import { replaceFile } from "@durar/file-commit";
import { resolveRefs } from "@durar/resolution";
import { DurarError, isDurarError } from "@durar/secretref-schema";
import { commitStores, lockTimeoutMs, refuseChanged } from "./commit-stores.ts";
import { applyError, throwReasons } from "./errors.ts";
import type { Move } from "./moves/moves.ts";
import type { ProjectedPlan } from "./project-plan.ts";
import type { ApplyOptions } from "./types.ts";

/**
 * Writes what a plan came to: first the values that are moved to files, read back through their providers; then all
 * stores in one commit. Answers the files that were changed.
 *
 * @throws ApplyError `APPLY_REFUSED` with one `APPLY_STORE_CHANGED` for each store that should have stayed as it was and
 * did not, or one `APPLY_MOVE_UNREAD` for each value that its provider does not give back; what `replaceFile` and
 * `commitFiles` throw
 */
export async function writeProjection(
  projected: ProjectedPlan,
  options: ApplyOptions,
): Promise<readonly string[]> {
  const { destinations, changes, unchanged, moves } = projected;
  const { journal, signal } = options;
  refuseChanged(unchanged);
  for (const { path, content, original } of destinations)
    await replaceFile(path, { content, expected: original, lockTimeoutMs, signal });
  const added = moves.filter(({ ref }) => ref.source === "file");
  if (added.length > 0) throwReasons("APPLY_REFUSED", await unreadValues(added, projected, options));
  const moved = destinations.map(({ path }) => path);
  const changedFiles = await commitStores(changes, { journal, signal }).catch((error: unknown) => {
    throw isDurarError(error) && moved.length > 0 ? withWhatStays(error, moved) : error;
  });
  return [...moved, ...changedFiles];
}

/** A failed commit leaves the stores as they were, but not what was moved before. */
function withWhatStays(
  { code, kind, message, hint, cause }: DurarError,
  moved: readonly string[],
): DurarError {
  return new DurarError({
    ...{ code, kind, hint },
    message: `${message}; the values that were moved stay in ${moved.join(", ")}`,
    ...(cause instanceof Error ? { cause } : {}),
  });
}

/** The moved values that do not come back from where they were added. */
async function unreadValues(
  moves: readonly Move[],
  { contract, environment }: ProjectedPlan,
  { providers, signal }: ApplyOptions,
): Promise<DurarError[]> {
  const demands = moves.map(({ ref, value, label }) => {
    const shape = typeof value === "string" ? ("string" as const) : ("string-or-object" as const);
    return { ref, path: label, shape };
  });
  const { answer } = await resolveRefs(demands, {
    secrets: contract.secrets,
    providers,
    environment,
    signal,
  });
  return moves.flatMap(({ value, label, paths }, index) => {
    const demand = demands[index];
    const given = demand && answer(demand);
    if (given?.ok === true && isDeepStrictEqual(given.value.reveal(), value)) return [];
    const why = given?.ok === false ? given.error.message : "its provider gives another value";
    return [applyError("APPLY_MOVE_UNREAD", `${label}: ${why}`, { paths })];
  });
}
