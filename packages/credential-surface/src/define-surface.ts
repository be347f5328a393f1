import { always } from "./activation-rules.ts";
import { compilePattern, type Pattern } from "./pattern.ts";
import type { FirstOfGroup, Policy, Surface, Target, TargetDefinition, UnsupportedPath } from "./types.ts";

export interface SurfaceOptions {
  /** Paths that take no ref. @default none */
  readonly unsupported?: readonly UnsupportedPath[];
  /** @default none */
  readonly groups?: readonly FirstOfGroup[];
  /** @default none */
  readonly policies?: readonly Policy[];
}

/**
 * Declares where credentials lie in a configuration, and when each is in use. The one table then drives discovery,
 * activation, audit, plans and redaction.
 *
 * @throws TypeError when the table contradicts itself: two targets have one id, a path is no pattern, a `refPath` is no
 * sibling of its path, or a group names no target or one that another group decides about
 *
 * @example
 * const surface = defineSurface([
 *   { id: "db.password" },
 *   { id: "services.*.token", active: entryEnabled },
 * ]);
 */
export function defineSurface(targets: readonly TargetDefinition[], options: SurfaceOptions = {}): Surface {
  const { unsupported = [], groups = [], policies = [] } = options;
  const compiled = targets.map(compileTarget);
  const ids = new Set<string>();
  for (const { id } of compiled) {
    if (ids.has(id)) throw new TypeError(`two targets have the id ${id}`);
    ids.add(id);
  }
  refuseUnclearGroups(groups, ids);
  return Object.freeze({
    targets: Object.freeze(compiled),
    unsupported: Object.freeze(
      unsupported.map((entry) =>
        Object.freeze({ ...entry, store: entry.store ?? "config", pattern: compilePattern(entry.path) }),
      ),
    ),
    groups: Object.freeze([...groups]),
    policies: Object.freeze([...policies]),
  });
}

function compileTarget(definition: TargetDefinition): Target {
  const { id, path = id, refPath, store = "config", expected = "string", active = always } = definition;
  const pattern = compilePattern(path);
  return Object.freeze({
    ...definition,
    store,
    expected,
    active,
    planType: definition.planType ?? id,
    pattern,
    refField: refPath === undefined ? undefined : siblingField(pattern, compilePattern(refPath)),
  });
}

/** The last key of a ref's path, which but for that key is the path of the field itself. */
function siblingField(field: Pattern, ref: Pattern): string {
  const parent = ({ steps }: Pattern): string => JSON.stringify(steps.slice(0, -1));
  const [own, sibling] = [field.steps.at(-1), ref.steps.at(-1)];
  if (typeof own === "object" && typeof sibling === "object" && own.key !== sibling.key)
    if (parent(field) === parent(ref)) return sibling.key;
  throw new TypeError(`${ref.text} is no sibling of ${field.text}`);
}

function refuseUnclearGroups(groups: readonly FirstOfGroup[], ids: ReadonlySet<string>): void {
  const decidedBy = new Map<string, string>();
  for (const group of groups)
    for (const id of group.targets) {
      if (!ids.has(id)) throw new TypeError(`group ${group.id} names the unknown target ${id}`);
      const other = decidedBy.get(id);
      if (other !== undefined)
        throw new TypeError(`groups ${other} and ${group.id} decide about the same target ${id}`);
      decidedBy.set(id, group.id);
    }
}
