import type { ValueNode } from "@durar/config-document";

/**
 * Whether a submitted value is what redaction shows of one on disk. Not compared are hidden values and whatever the
 * sentinel stands for; order of members, comments and spelling do not count. An object that repeats a name is never
 * the same.
 */
export function shownTheSame(
  submitted: ValueNode,
  onDisk: ValueNode,
  hidden: ReadonlySet<ValueNode>,
  sentinel: string,
): boolean {
  const pending: [ValueNode, ValueNode][] = [[submitted, onDisk]];
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const [ours, theirs] = pair;
    if (hidden.has(theirs) || ("value" in ours && ours.value === sentinel)) continue;
    if ("value" in ours || "value" in theirs) {
      if (!("value" in ours && "value" in theirs && Object.is(ours.value, theirs.value))) return false;
      continue;
    }
    const [entries, others] = [entriesOf(ours), entriesOf(theirs)];
    if (entries === undefined || others?.size !== entries.size || ours.type !== theirs.type) return false;
    for (const [name, value] of entries) {
      const other = others.get(name);
      if (other === undefined) return false;
      pending.push([value, other]);
    }
  }
  return true;
}

/** What lies directly in an array or object, by index or name; `undefined` where a name is repeated. */
function entriesOf(
  container: Exclude<ValueNode, { readonly value: unknown }>,
): ReadonlyMap<string | number, ValueNode> | undefined {
  if (container.type === "array") return new Map(container.elements.entries());
  const entries = new Map(container.members.map(({ name, value }) => [name, value]));
  return entries.size === container.members.length ? entries : undefined;
}
