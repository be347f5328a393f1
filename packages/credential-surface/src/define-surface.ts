import { always } from "./activation-rules.ts";
import { compilePattern } from "./pattern.ts";
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
 * @throws TypeError when two targets have one id, a `refPath` is no sibling of its path, or a group names no target
 *
 * @example
 * const surface = defineSurface([
 *   { id: "db.password" },
 *   { id: "services.*.token", active: entryEnabled },
 * ]);
 */
export function defineSurface(targets: readonly TargetDefinition[], options: SurfaceOptions = {}): Surface {
  const { unsupported = [], groups = [], policies = [] } = options;
  const ids = new Set<string>();
  const compiled = targets.map((definition) => {
    if (ids.has(definition.id)) throw new TypeError(`two targets have the id ${definition.id}`);
    ids.add(definition.id);
    return compileTarget(definition);
  });
  for (const group of groups)
    for (const id of group.targets)
      if (!ids.has(id)) throw new TypeError(`group ${group.id} names the unknown target ${id}`);
  return Object.freeze({
    targets: Object.freeze(compiled),
    unsupported: Object.freeze(
      unsupported.map((entry) => ({ ...entry, pattern: compilePattern(entry.path) })),
    ),
    groups: Object.freeze([...groups]),
    policies: Object.freeze([...policies]),
  });
}

function compileTarget(definition: TargetDefinition): Target {
  const { id, path = id, refPath, store = "config", expected = "string", active = always } = definition;
  return Object.freeze({
    ...definition,
    store,
    expected,
    active,
    planType: definition.planType ?? id,
    pattern: compilePattern(path),
    refField: refPath === undefined ? undefined : siblingField(path, refPath),
  });
}

function siblingField(path: string, refPath: string): string {
  const [parent, sibling] = [path, refPath].map((text) => text.slice(0, text.lastIndexOf(".")));
  if (parent !== sibling) throw new TypeError(`${refPath} is no sibling of ${path}`);
  return refPath.slice(refPath.lastIndexOf(".") + 1);
}
