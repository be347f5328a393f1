import { arrayIndex, formatPath, holdsRef, valueAt, type Path } from "@durar/credential-surface";
import type { Assignment, GatewayMethods, ResolveResult } from "@durar/gateway-client";
import { describePlace, type PreparedEntry, type Snapshot } from "@durar/snapshot";
import { warningReport } from "./failure-report.ts";

/**
 * What the snapshot holds for the targets a command asks for, each on its own: one that is missing keeps no other back.
 *
 * @param targetIds known ones
 * @param paths where given, of those targets only these places, in text form
 */
export function resolveTargets(
  snapshot: Snapshot,
  { targetIds, paths }: Pick<GatewayMethods["secrets.resolve"]["params"], "targetIds" | "paths">,
): ResolveResult {
  const [targets, places] = [new Set(targetIds), paths && new Set(paths)];
  const asked = snapshot.entries.filter(
    ({ place }) => targets.has(place.target.id) && places?.has(formatPath(place.path)) !== false,
  );
  const shown = new Set(
    asked.flatMap(({ place: { store, path, inputPath } }) => [
      describePlace(store, path),
      describePlace(store, inputPath),
    ]),
  );
  const unresolved = asked
    .filter(isUnresolved)
    .map((entry) => ({ path: textOf(entry), code: codeOf(entry) }));
  return {
    ok: unresolved.length === 0,
    assignments: asked.flatMap(assignment),
    diagnostics: snapshot.warnings
      .map(warningReport)
      .filter(({ path }) => path !== undefined && shown.has(path)),
    inactiveRefPaths: asked
      .filter(({ place, activity }) => !activity.active && holdsRef(place.input))
      .map((entry) => ({ path: textOf(entry), reason: entry.activity.reason })),
    unresolved,
  };
}

function textOf({ place: { store, path } }: PreparedEntry): string {
  return describePlace(store, path);
}

function assignment({ place: { store, path }, activity, outcome }: PreparedEntry): Assignment[] {
  if (!activity.active || (outcome.kind !== "plaintext" && outcome.kind !== "resolved")) return [];
  const { agentId } = store;
  const entryId = entryIdOf(store.value, path);
  return [
    {
      file: store.kind,
      ...(agentId === undefined ? {} : { agentId }),
      path: formatPath(path),
      pathSegments: path,
      ...(entryId === undefined ? {} : { entryId }),
      value: outcome.value.reveal(),
    },
  ];
}

/** A snapshot in force holds every ref in use, but for candidates of a group that another took the place of. */
function isUnresolved({ activity, outcome }: PreparedEntry): boolean {
  return (
    activity.active && outcome.kind !== "plaintext" && outcome.kind !== "resolved" && outcome.kind !== "none"
  );
}

function codeOf({ outcome }: PreparedEntry): string {
  return outcome.kind === "failed" ? (outcome.errors[0]?.code ?? "SECRET_NOT_FOUND") : "SECRET_REF_INVALID";
}

/** The `id` of the innermost array entry a path leads through. */
function entryIdOf(root: unknown, path: Path): string | undefined {
  for (let length = path.length; length > 0; length--) {
    const [segment, above] = [path[length - 1] ?? "", path.slice(0, length - 1)];
    if (arrayIndex(segment) === undefined || !Array.isArray(valueAt(root, above))) continue;
    const id = valueAt(root, [...above, segment, "id"]);
    return typeof id === "string" ? id : undefined;
  }
  return undefined;
}
