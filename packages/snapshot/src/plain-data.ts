/** Deeper than any document that a reader of ours accepts, and far from what would exhaust the stack. */
const MAX_DEPTH = 1_000;

/**
 * A copy of plain data that nobody else holds and nothing can change. What is shared within it stays shared.
 *
 * @param refuse told of the first part that is no plain data, by its path and in words; it throws
 */
export function frozenData(
  value: unknown,
  refuse: (path: readonly string[], found: string) => never,
): unknown {
  const path: string[] = [];
  // `undefined` while a container is being copied: met again then, it holds itself.
  const copies = new Map<object, object | undefined>();
  const copyOf = (part: unknown): unknown => {
    if (typeof part === "function" || typeof part === "symbol") refuse(path, `a ${typeof part}`);
    if (typeof part !== "object" || part === null) return part;
    const made = copies.get(part);
    if (made !== undefined) return made;
    if (copies.has(part)) refuse(path, "itself");
    if (path.length >= MAX_DEPTH) refuse(path, `more than ${MAX_DEPTH} levels`);
    if (!Array.isArray(part) && !isPlain(part)) refuse(path, "an object of a class");
    copies.set(part, undefined);
    const members = Object.entries(part).map(([name, member]): [string, unknown] => {
      path.push(name);
      const copy = copyOf(member);
      path.pop();
      return [name, copy];
    });
    // Not by assignment, which would take a member called `__proto__` for the prototype.
    const copy = Array.isArray(part) ? members.map(([, member]) => member) : Object.fromEntries(members);
    copies.set(part, Object.freeze(copy));
    return copy;
  };
  return copyOf(value);
}

/** Freezes what was made here and is held by nobody who would change it: lists and plain objects, all the way down. */
export function deepFreeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  if (!Array.isArray(value) && !isPlain(value)) return;
  Object.freeze(value);
  for (const member of Object.values(value)) deepFreeze(member);
}

/** Whether it is an object as a literal makes it, in this realm or in another. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
