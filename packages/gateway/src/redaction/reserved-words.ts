import type { ConfigDocument, TextRange } from "@durar/config-document";
import { SENTINELS } from "@durar/durar-config";
import { childrenOf, visitRoot, type VisitedNode } from "./visited-node.ts";

/** The sentinel in force and those of every known layout: none of them may be a value. */
export function reservedWords(sentinel: string): ReadonlySet<string> {
  return new Set([sentinel, ...SENTINELS]);
}

/** Whether one of the words stands in a text. */
export function holdsWord(text: string, words: Iterable<string>): boolean {
  for (const word of words) if (text.includes(word)) return true;
  return false;
}

/** A text of a document that holds a reserved word. */
export interface ReservedText extends TextRange {
  readonly kind: "value" | "key" | "comment";
  /** The text, of values and keys as it reads, of comments as it is written. */
  readonly text: string;
  /** The value, or the one the key names; `undefined` for comments. */
  readonly visited: VisitedNode | undefined;
}

/** Every string, member name and comment that holds one of the words, in the order of the text. Linear. */
export function findReservedTexts(
  document: ConfigDocument,
  words: ReadonlySet<string>,
): readonly ReservedText[] {
  const found: ReservedText[] = [];
  const pending = [visitRoot(document.root)];
  for (let visited = pending.pop(); visited !== undefined; visited = pending.pop()) {
    const { node, member } = visited;
    if (member !== undefined && holdsWord(member.name, words))
      found.push({ kind: "key", text: member.name, start: member.keyStart, end: member.keyEnd, visited });
    if ("value" in node) {
      if (typeof node.value === "string" && holdsWord(node.value, words))
        found.push({ kind: "value", text: node.value, start: node.start, end: node.end, visited });
    } else for (const child of childrenOf(visited)) pending.push(child);
  }
  for (const { start, end } of document.comments) {
    const text = document.text.slice(start, end);
    if (holdsWord(text, words)) found.push({ kind: "comment", text, start, end, visited: undefined });
  }
  return found.sort((a, b) => a.start - b.start);
}
