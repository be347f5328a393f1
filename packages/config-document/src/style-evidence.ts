import { SINGLE_QUOTE, DOUBLE_QUOTE, codeAt } from "./characters.ts";
import { entryRanges, gapAfter } from "./gap.ts";
import { Majority } from "./majority.ts";
import type { ArrayNode, MemberNode, ObjectNode } from "./nodes.ts";
import { hasLineBreak, indentAt, lineStart, spaceBefore, type Page } from "./page.ts";
import { isPlainName, type Quote } from "./write-string.ts";

/** How often entries are written one way or another. */
export class StyleEvidence {
  readonly quotes = new Majority<Quote>();
  readonly nameQuotes = new Majority<Quote>();
  /** Whether names that need no quotes have some. */
  readonly quotedNames = new Majority<boolean>();
  /** What stands between name and value. */
  readonly colons = new Majority<string>();
  /** The white space behind commas within a line. */
  readonly commaSpaces = new Majority<string>();
  /** The white space inside of brackets within a line. */
  readonly padding = { object: new Majority<string>(), array: new Majority<string>() };
  readonly units = new Majority<string>();
  readonly trailingCommas = new Majority<boolean>();

  /** Looks at one container and its entries, not inside of them. */
  observe(page: Page, node: ObjectNode | ArrayNode): void {
    if (node.type === "object") for (const member of node.members) this.#observeName(page.text, member);
    const values = node.type === "array" ? node.elements : node.members.map(({ value }) => value);
    for (const value of values)
      if (value.type === "string") this.quotes.add(quoteAt(page.text, value.start) ?? '"');

    const entries = entryRanges(node);
    for (const { start } of entries.slice(1)) {
      if (page.text.startsWith(",", start - 1)) this.commaSpaces.add("");
      else if (page.text.startsWith(", ", start - 2)) this.commaSpaces.add(" ");
    }
    const [first] = entries;
    const last = entries.at(-1);
    if (first === undefined || last === undefined) return;
    const line = lineStart(page, first.start);
    if (line <= node.start) {
      if (first.start === node.start + 1) this.padding[node.type].add("");
      else if (first.start === node.start + 2) this.padding[node.type].add(" ");
    } else if (spaceBefore(page.text, first.start, "no-breaks") === line) {
      const outer = indentAt(page, node.start);
      const inner = indentAt(page, first.start);
      if (inner.startsWith(outer) && inner !== outer) this.units.add(inner.slice(outer.length));
    }
    if (!page.strict && hasLineBreak(page, { start: last.end, end: node.end - 1 }))
      this.trailingCommas.add(gapAfter(page, last.end).comma !== undefined);
  }

  #observeName(text: string, { name, keyStart, keyEnd, value }: MemberNode): void {
    const quote = quoteAt(text, keyStart);
    if (quote !== undefined) this.nameQuotes.add(quote);
    if (isPlainName(name)) this.quotedNames.add(quote !== undefined);
    const colon = value.start - keyEnd <= longestColon ? text.slice(keyEnd, value.start) : "";
    if (/^ ?: ?$/.test(colon)) this.colons.add(colon);
  }
}

const longestColon = " : ".length;

/** The quote at the offset, if one stands there. */
export function quoteAt(text: string, offset: number): Quote | undefined {
  const code = codeAt(text, offset);
  if (code === DOUBLE_QUOTE) return '"';
  return code === SINGLE_QUOTE ? "'" : undefined;
}
