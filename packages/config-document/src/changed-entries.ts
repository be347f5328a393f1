import { changesBelow, type ChangeNode, type Report } from "./change-tree.ts";
import { isIndex } from "./config-document.ts";
import type { ArrayNode, ObjectNode, ValueNode } from "./nodes.ts";

/** An entry of a container, with the changes at its path or below. */
export interface ChangedEntry {
  readonly index: number;
  readonly entry: ValueNode;
  /** Where the entry starts: at the key, for a member. */
  readonly entryStart: number;
  readonly change: ChangeNode;
  /** Whether it is the one of its name that counts. */
  readonly isLast: boolean;
}

/** The entries of a container that have changes at their paths or below, all members of one name. */
export function changedEntries(node: ObjectNode | ArrayNode, changes: ChangeNode): ChangedEntry[] {
  const found: ChangedEntry[] = [];
  if (node.type === "array") {
    for (const [segment, change] of changes.children) {
      const entry = isIndex(segment) ? node.elements[Number(segment)] : undefined;
      if (entry !== undefined)
        found.push({ index: Number(segment), entry, entryStart: entry.start, change, isLast: true });
    }
    return found;
  }
  const seen = new Set<string>();
  for (let index = node.members.length - 1; index >= 0; index--) {
    const member = node.members[index];
    const change = member && changes.children.get(member.name);
    if (change === undefined || member === undefined) continue;
    const isLast = !seen.has(member.name);
    seen.add(member.name);
    found.push({ index, entry: member.value, entryStart: member.keyStart, change, isLast });
  }
  return found;
}

/** The changes of members that an object does not have. */
export function newMembers(node: ObjectNode, changes: ChangeNode): [string, ChangeNode][] {
  const missing = new Map(changes.children);
  for (const { name } of node.members) missing.delete(name);
  return [...missing];
}

/** The changes that add to the end of an array, in order; reports those that name no place in or behind it. */
export function newElements(node: ArrayNode, changes: ChangeNode, report: Report): [undefined, ChangeNode][] {
  const sets = new Map<number, ChangeNode>();
  for (const [segment, change] of changes.children) {
    if (!isIndex(segment)) for (const { index } of changesBelow(change)) report("path-not-index", index);
    else if (
      Number(segment) >= node.elements.length &&
      changesBelow(change).some(({ draft }) => draft !== undefined)
    )
      sets.set(Number(segment), change);
  }
  const next: [undefined, ChangeNode][] = [];
  for (let index = node.elements.length; ; index++) {
    const change = sets.get(index);
    if (change === undefined) break;
    next.push([undefined, change]);
    sets.delete(index);
  }
  for (const change of sets.values())
    for (const { index, draft } of changesBelow(change))
      if (draft !== undefined) report("path-index-gap", index);
  return next;
}
