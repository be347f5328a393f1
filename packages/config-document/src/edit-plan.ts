import { changesBelow, type ChangeNode, type Report } from "./change-tree.ts";
import type { ConfigDocument } from "./config-document.ts";
import { changedEntries, newElements, newMembers } from "./changed-entries.ts";
import { isSameValue, sizeOf, type Draft, type DraftEntry } from "./json-draft.ts";
import { missingValue } from "./missing-value.ts";
import { entryCount, type ArrayNode, type ObjectNode, type ValueNode } from "./nodes.ts";

/** What is to happen to the entries of one container. */
export interface ContainerPlan {
  readonly node: ObjectNode | ArrayNode;
  /** Where the entry starts that holds the container. */
  readonly entryStart: number;
  /** The indexes of the entries that go. */
  readonly removed: ReadonlySet<number>;
  /** The new values of entries, by their indexes. */
  readonly replaced: ReadonlyMap<number, Draft>;
  /** What comes behind the last entry. */
  readonly appended: readonly DraftEntry[];
}

export interface EditPlan {
  /** The new root value, where that is what changes. */
  readonly root: Draft | undefined;
  readonly containers: readonly ContainerPlan[];
}

interface Visit {
  readonly node: ValueNode;
  readonly entryStart: number;
  readonly changes: ChangeNode;
  /** Whether the node counts; what is hidden by a later member of its name only loses what is at the paths. */
  readonly counts: boolean;
}

/** Finds out which entries a tree of changes replaces, removes and adds, and reports the changes that do not fit. */
export function planEdits(document: ConfigDocument, tree: ChangeNode, report: Report): EditPlan {
  const { root, settings } = document;
  if (tree.change !== undefined) {
    const { draft, index } = tree.change;
    if (draft === undefined) report("delete-root", index);
    return { root: draft === undefined || isSameValue(root, draft) ? undefined : draft, containers: [] };
  }

  const containers: ContainerPlan[] = [];
  const pending: Visit[] = [{ node: root, entryStart: root.start, changes: tree, counts: true }];
  let growth = 0;
  let lastSet = 0;
  for (let visit = pending.pop(); visit !== undefined; visit = pending.pop()) {
    const { node, changes, counts } = visit;
    if (changes.children.size === 0) continue;
    if ("value" in node) {
      if (counts) for (const { index } of changesBelow(changes)) report("path-through-scalar", index);
      continue;
    }
    const removed = new Set<number>();
    const replaced = new Map<number, Draft>();
    for (const { index, entry, entryStart, change, isLast } of changedEntries(node, changes)) {
      const entryCounts = counts && isLast;
      if (change.change === undefined) {
        pending.push({ node: entry, entryStart, changes: change, counts: entryCounts });
        continue;
      }
      const { index: set } = change.change;
      // A hidden array keeps its length, so that the same changes mean the same when made again.
      const hidden = node.type === "array" ? null : undefined;
      const draft = entryCounts ? change.change.draft : hidden;
      if (draft === undefined) {
        removed.add(index);
        growth -= 1 + entryCount(entry);
      } else if (!isSameValue(entry, draft)) {
        replaced.set(index, draft);
        growth += sizeOf(draft) - entryCount(entry);
        lastSet = Math.max(lastSet, set);
      }
    }
    const appended: DraftEntry[] = [];
    if (counts)
      for (const [name, change] of node.type === "object"
        ? newMembers(node, changes)
        : newElements(node, changes, report)) {
        const added = missingValue(change, report);
        if (added === undefined) continue;
        appended.push({ name, value: added.draft });
        growth += 1 + sizeOf(added.draft);
        lastSet = Math.max(lastSet, added.lastSet);
      }
    if (removed.size + replaced.size + appended.length > 0)
      containers.push({ node, entryStart: visit.entryStart, removed, replaced, appended });
  }
  if (growth > 0 && !(entryCount(root) + growth <= settings.maxEntries)) report("value-too-large", lastSet);
  return { root: undefined, containers };
}
