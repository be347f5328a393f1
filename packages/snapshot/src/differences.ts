import { isRecord, type Path } from "@durar/credential-surface";

/**
 * The paths at which two documents differ, in one walk through both. What only one of them has is named by its root.
 *
 * @param ignored paths that are not looked at, and neither is anything below them
 */
export function differences(
  before: unknown,
  after: unknown,
  ignored: (path: Path) => boolean,
): readonly Path[] {
  const found: Path[] = [];
  const compare = (old: unknown, now: unknown, path: Path): void => {
    if (Object.is(old, now) || ignored(path)) return;
    const areLists = Array.isArray(old) && Array.isArray(now);
    if (!areLists && !(isRecord(old) && isRecord(now))) {
      found.push(path);
      return;
    }
    const [oldMembers, newMembers] = [new Map(Object.entries(old)), new Map(Object.entries(now))];
    for (const name of new Set([...oldMembers.keys(), ...newMembers.keys()]))
      compare(oldMembers.get(name), newMembers.get(name), [...path, name]);
  };
  compare(before, after, []);
  return found;
}
