import type { EditRule } from "./edit-rules.ts";
import type { ValueNode } from "./nodes.ts";
import { DOCUMENT_LIMITS } from "./read-document.ts";

/** What JSON can hold. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/** A value to be written: a checked copy, with no names that mean something else to JavaScript. */
export type Draft = string | number | boolean | null | DraftContainer;

export interface DraftContainer {
  readonly type: "object" | "array";
  readonly entries: readonly DraftEntry[];
  /** Levels of arrays and objects, itself included. */
  readonly depth: number;
  /** Members and elements, those inside of others too. */
  readonly size: number;
}

export interface DraftEntry {
  /** The member's name; `undefined` for an element. */
  readonly name: string | undefined;
  readonly value: Draft;
}

/** Levels a draft may have. Drafts are walked by recursion, which this bounds. */
export const maxDraftDepth = DOCUMENT_LIMITS.maxDepth;

/** How {@link draftOf} refuses a value; the change tree catches it, so it never leaves this package. */
export class DraftFailure extends Error {
  readonly rule: EditRule;

  constructor(rule: EditRule) {
    super(rule);
    this.rule = rule;
  }
}

export function isContainer(draft: Draft): draft is DraftContainer {
  return typeof draft === "object" && draft !== null;
}

export function sizeOf(draft: Draft): number {
  return isContainer(draft) ? draft.size : 0;
}

export function depthOf(draft: Draft): number {
  return isContainer(draft) ? draft.depth : 0;
}

export function containerOf(type: DraftContainer["type"], entries: readonly DraftEntry[]): DraftContainer {
  let depth = 0;
  let size = entries.length;
  for (const { value } of entries) {
    depth = Math.max(depth, depthOf(value));
    size += sizeOf(value);
  }
  return { type, entries, depth: depth + 1, size };
}

/**
 * Copies a value, once, so that what is checked is what is written.
 * @throws DraftFailure where JSON cannot hold it, or where it passes `maxEntries` or 200 levels
 */
export function draftOf(value: unknown, maxEntries: number): Draft {
  const open = new Set<unknown>();
  let entries = 0;
  return copy(value);

  function copy(item: unknown): Draft {
    if (item === null || typeof item === "string" || typeof item === "boolean") return item;
    if (typeof item === "number" && Number.isFinite(item)) return item;
    if (typeof item !== "object" || open.has(item) || !isPlain(item))
      throw new DraftFailure("value-not-json");
    if (open.size === maxDraftDepth) throw new DraftFailure("value-too-deep");
    open.add(item);
    const isArray = Array.isArray(item);
    const inner: [string | undefined, unknown][] = isArray
      ? Array.from(item, (element: unknown) => [undefined, element])
      : Object.entries(item);
    entries += inner.length;
    if (!(entries <= maxEntries)) throw new DraftFailure("value-too-large");
    const drafts = inner.map(([name, each]) => ({ name, value: copy(each) }));
    open.delete(item);
    return containerOf(isArray ? "array" : "object", drafts);
  }
}

/** Arrays and object literals, of any realm; a class's object would lose what it is. */
function isPlain(item: object): boolean {
  if (Array.isArray(item)) return true;
  const prototype: unknown = Object.getPrototypeOf(item);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Whether a node reads as the draft and holds nothing that is not read: no member with the name of a later one. */
export function isSameValue(node: ValueNode, draft: Draft): boolean {
  if ("value" in node) return Object.is(node.value, draft);
  if (!isContainer(draft) || node.type !== draft.type) return false;
  if (node.type === "array")
    return (
      node.elements.length === draft.entries.length &&
      node.elements.every((element, index) => isSameValue(element, draft.entries[index]?.value ?? null))
    );
  const byName = new Map(draft.entries.map(({ name, value }) => [name, value]));
  if (node.members.length !== byName.size) return false;
  return node.members.every(({ name, value }) => {
    const wanted = byName.get(name);
    // A second member of the name finds nothing.
    byName.delete(name);
    return wanted !== undefined && isSameValue(value, wanted);
  });
}
