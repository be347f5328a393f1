import type { LineIndex } from "./line-index.ts";
import {
  nodeValue,
  type CommentNode,
  type MemberNode,
  type ObjectNode,
  type TextRange,
  type ValueNode,
} from "./nodes.ts";
import type { DocumentLimits, ScannedDocument } from "./scan-document.ts";

/** A stretch of a document in every unit: where it starts as an editor shows it, and its text and byte ranges. */
export interface Span extends TextRange {
  /** Line of the first character, 1-based. Lines end at `\n`, `\r\n` and `\r`, as in editors. */
  readonly line: number;
  /** Column of the first character, 1-based, in Unicode code points; a byte order mark has none. */
  readonly column: number;
  /** Byte of UTF-8 at which it starts, 0-based; a byte order mark counts three. */
  readonly byteStart: number;
  /** Byte behind its last one. */
  readonly byteEnd: number;
}

/** Where a value stands. */
export interface ValueLocation extends Span {
  readonly node: ValueNode;
  /** The member that holds the value; `undefined` for the root and for elements of an array. */
  readonly member: MemberNode | undefined;
  /** The member's key, quotes included. */
  readonly key: Span | undefined;
}

/** How a document was read, and is to be read again after an edit. */
export interface DocumentSettings extends DocumentLimits {
  readonly format: "json5" | "json";
}

/**
 * A JSON5 or JSON document: its nodes, its plain value and the position of everything in it. Made by `readDocument`.
 * Printed or written as JSON it shows nothing of its content.
 */
export class ConfigDocument {
  readonly #text: string;
  readonly #lines: LineIndex;
  readonly #scanned: ScannedDocument;
  readonly #settings: DocumentSettings;
  readonly #members = new WeakMap<ObjectNode, ReadonlyMap<string, MemberNode>>();
  #value: { readonly of: unknown } | undefined;

  constructor(text: string, lines: LineIndex, scanned: ScannedDocument, settings: DocumentSettings) {
    this.#text = text;
    this.#lines = lines;
    this.#scanned = scanned;
    this.#settings = settings;
  }

  /** The text as it was read, a byte order mark included. */
  get text(): string {
    return this.#text;
  }

  /** The format and the bounds it was read with. */
  get settings(): DocumentSettings {
    return this.#settings;
  }

  get root(): ValueNode {
    return this.#scanned.root;
  }

  /** Every comment, in the order of the text. */
  get comments(): readonly CommentNode[] {
    return this.#scanned.comments;
  }

  /**
   * The plain value, the same one each time: objects with own properties (`__proto__` too), arrays, strings, numbers, booleans, null.
   * Of members with one name the last counts, as in `JSON.parse`.
   */
  get value(): unknown {
    this.#value ??= { of: nodeValue(this.root) };
    return this.#value.of;
  }

  /**
   * Finds the value at a path: member names, and indexes of arrays as plain decimal numbers (`0`, `17`, not `02`).
   * Of members with one name the last counts. `undefined` where the path leads nowhere.
   */
  locate(path: readonly string[]): ValueLocation | undefined {
    let node = this.root;
    let member: MemberNode | undefined;
    for (const segment of path) {
      member = node.type === "object" ? this.#membersOf(node).get(segment) : undefined;
      const next = member?.value ?? elementOf(node, segment);
      if (next === undefined) return undefined;
      node = next;
    }
    const key = member && this.span({ start: member.keyStart, end: member.keyEnd });
    return { ...this.span(node), node, member, key };
  }

  /** The position of a node, a comment or any other stretch of the text. */
  span({ start, end }: TextRange): Span {
    const { line, column, byte } = this.#lines.position(start);
    return { line, column, start, end, byteStart: byte, byteEnd: this.#lines.position(end).byte };
  }

  #membersOf(node: ObjectNode): ReadonlyMap<string, MemberNode> {
    let members = this.#members.get(node);
    if (members === undefined) {
      members = new Map(node.members.map((member) => [member.name, member]));
      this.#members.set(node, members);
    }
    return members;
  }
}

function elementOf(node: ValueNode, segment: string): ValueNode | undefined {
  if (node.type !== "array" || !isIndex(segment)) return undefined;
  return node.elements[Number(segment)];
}

/** Whether a segment of a path is a plain decimal number. */
export function isIndex(segment: string): boolean {
  return /^(?:0|[1-9]\d*)$/.test(segment);
}
