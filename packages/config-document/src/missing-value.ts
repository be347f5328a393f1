import { changesBelow, type ChangeNode, type Report } from "./change-tree.ts";
import { containerOf, depthOf, maxDraftDepth, type Draft, type DraftEntry } from "./json-draft.ts";

export interface MissingValue {
  readonly draft: Draft;
  /** The highest index of a change that set something in it. */
  readonly lastSet: number;
}

/** The value that changes make where nothing stands, missing objects included; `undefined` where nothing is set. */
export function missingValue(changes: ChangeNode, report: Report): MissingValue | undefined {
  return build(changes, 0);

  function build(node: ChangeNode, level: number): MissingValue | undefined {
    if (node.change !== undefined) {
      const { draft, index } = node.change;
      if (draft === undefined) return undefined;
      if (level + depthOf(draft) <= maxDraftDepth) return { draft, lastSet: index };
      report("value-too-deep", index);
      return undefined;
    }
    if (level === maxDraftDepth) {
      for (const { index, draft } of changesBelow(node))
        if (draft !== undefined) report("value-too-deep", index);
      return undefined;
    }
    const entries: DraftEntry[] = [];
    let lastSet = 0;
    for (const [name, child] of node.children) {
      const value = build(child, level + 1);
      if (value === undefined) continue;
      entries.push({ name, value: value.draft });
      lastSet = Math.max(lastSet, value.lastSet);
    }
    return entries.length > 0 ? { draft: containerOf("object", entries), lastSet } : undefined;
  }
}
