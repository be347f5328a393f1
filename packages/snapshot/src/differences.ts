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
    for (const name of Object.keys(old)) compare(own(old, name), own(now, name), [...path, name]);
    for (const name of Object.keys(now))
      if (!Object.hasOwn(old, name)) compare(undefined, own(now, name), [...path, name]);
  };
  compare(before, after, []);
  return found;
}

/** A member of its own: what every object inherits, a document does not hold. */
function own(container: object, name: string): unknown {
  return Object.hasOwn(container, name) ? Reflect.get(container, name) : undefined;
}
