import type { ConfigDocument } from "./config-document.ts";
import type { EditRule } from "./edit-rules.ts";
import { depthOf, DraftFailure, draftOf, type Draft, type JsonValue } from "./json-draft.ts";

/** One change of a document. Paths are as in `locate`: member names, and array indexes as plain decimal numbers. */
export type DocumentChange =
  | { readonly op: "set"; readonly path: readonly string[]; readonly value: JsonValue }
  | { readonly op: "delete"; readonly path: readonly string[] };

/** What is to happen at a path, `draft` being the value to set there, and `undefined` for a deletion. */
export interface PlannedChange {
  readonly index: number;
  readonly draft: Draft | undefined;
}

/** All changes by their paths: a node has a change or has nodes below it, never both. */
export interface ChangeNode {
  change: PlannedChange | undefined;
  readonly children: Map<string, ChangeNode>;
}

/** States that the change with this index breaks the rule. */
export type Report = (rule: EditRule, index: number) => void;

/** Builds the tree of the changes that can be made as far as they alone can tell, and reports the others. */
export function changeTree(
  { settings }: ConfigDocument,
  changes: readonly DocumentChange[],
  report: Report,
): ChangeNode {
  const root: ChangeNode = { change: undefined, children: new Map() };
  for (const [index, change] of changes.entries()) {
    const { path } = change;
    try {
      const draft = change.op === "set" ? draftOf(change.value, settings.maxEntries) : undefined;
      if (draft !== undefined && !(path.length + depthOf(draft) <= settings.maxDepth))
        report("value-too-deep", index);
      else if (!place(root, path, { index, draft })) report("path-conflict", index);
    } catch (error) {
      if (!(error instanceof DraftFailure)) throw error;
      report(error.rule, index);
    }
  }
  return root;
}

function place(root: ChangeNode, path: readonly string[], change: PlannedChange): boolean {
  let node = root;
  for (const segment of path) {
    if (node.change !== undefined) return false;
    let child = node.children.get(segment);
    if (child === undefined) {
      child = { change: undefined, children: new Map() };
      node.children.set(segment, child);
    }
    node = child;
  }
  if (node.change !== undefined || node.children.size > 0) return false;
  node.change = change;
  return true;
}

/** Every change at a node and below it. */
export function changesBelow(root: ChangeNode): PlannedChange[] {
  const found: PlannedChange[] = [];
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.change !== undefined) found.push(node.change);
    for (const child of node.children.values()) pending.push(child);
  }
  return found;
}
