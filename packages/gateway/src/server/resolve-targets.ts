import { randomBytes } from "node:crypto";
import {
  arrayIndex,
  formatPath,
  holdsRef,
  valueAt,
  type Path,
  type Surface,
} from "@durar/credential-surface";
import { withoutSecrets } from "@durar/durar-config";
import {
  digestConfig,
  type Assignment,
  type FieldPlace,
  type GatewayMethods,
  type PlaceReport,
  type ResolveResult,
  type SecretsState,
} from "@durar/gateway-client";
import { refsIn } from "@durar/secretref-schema";
import { describePlace, type PreparedEntry, type Snapshot } from "@durar/snapshot";
import { warningReport } from "./failure-report.ts";
import { isoTime } from "./secrets-status.ts";

/**
 * What the snapshot holds for the targets a command asks for, each on its own: one that is missing keeps no other back.
 *
 * @param targetIds known ones
 * @param paths where given, of those targets only these places, in text form
 * @param state how the snapshot stands
 * @param surface where secrets lie: none of them goes into the digest, against which it could be guessed
 */
export function resolveTargets(
  snapshot: Snapshot,
  state: SecretsState,
  surface: Surface,
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
    places: asked.flatMap(placeReport),
    snapshot: {
      state,
      generation: snapshot.generation,
      activatedAt: isoTime(snapshot.activatedAt),
      config: digestConfig(withoutSecrets(snapshot.config, surface), randomBytes(16).toString("base64url")),
    },
  };
}

function textOf({ place: { store, path } }: PreparedEntry): string {
  return describePlace(store, path);
}

function assignment(entry: PreparedEntry): Assignment[] {
  const { activity, outcome } = entry;
  if (!activity.active || (outcome.kind !== "plaintext" && outcome.kind !== "resolved")) return [];
  return [{ ...fieldPlace(entry), value: outcome.value.reveal() }];
}

function placeReport(entry: PreparedEntry): PlaceReport[] {
  const { place, activity } = entry;
  const { kind } = place.input;
  if (kind === "absent" || kind === "empty") return [];
  return [
    {
      ...fieldPlace(entry),
      holds: kind,
      refs: refsIn(place.input),
      active: activity.active,
      reason: activity.reason,
      ...(isUnresolved(entry) ? { code: codeOf(entry) } : {}),
    },
  ];
}

function fieldPlace({ place: { store, path } }: PreparedEntry): FieldPlace {
  const { agentId } = store;
  const entryId = entryIdOf(store.value, path);
  return {
    file: store.kind,
    ...(agentId === undefined ? {} : { agentId }),
    path: formatPath(path),
    pathSegments: path,
    ...(entryId === undefined ? {} : { entryId }),
  };
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
