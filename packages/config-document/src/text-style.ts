import { CARRIAGE_RETURN, LINE_FEED } from "./characters.ts";
import { Majority } from "./majority.ts";
import { containersOf, type ArrayNode, type ObjectNode, type ValueNode } from "./nodes.ts";
import type { Page } from "./page.ts";
import { StyleEvidence } from "./style-evidence.ts";
import type { Quote } from "./write-string.ts";

/** How values are written. */
export interface TextStyle {
  /** The quotes of strings. */
  readonly quote: Quote;
  /** The quotes of the names that have some. */
  readonly nameQuote: Quote;
  /** Whether names that need no quotes have some. */
  readonly quotedNames: boolean;
  readonly colon: string;
  readonly commaSpace: string;
  readonly padding: { readonly object: string; readonly array: string };
  /** One step of indentation. */
  readonly unit: string;
  readonly trailingComma: boolean;
  readonly lineBreak: string;
}

/** The style of a whole document: what is found most often, and what is usual where nothing is found. */
export function documentStyle(page: Page, root: ValueNode): TextStyle {
  const evidence = new StyleEvidence();
  for (const node of containersOf(root)) evidence.observe(page, node);
  const colon = evidence.colons.winner ?? ": ";
  const space = colon === ":" ? "" : " ";
  return styleOf(evidence, {
    quote: '"',
    nameQuote: evidence.quotes.winner ?? '"',
    quotedNames: page.strict,
    colon,
    commaSpace: space,
    padding: { object: space, array: "" },
    unit: "  ",
    trailingComma: false,
    lineBreak: lineBreakOf(page),
  });
}

/** The style of the entries of one container; where it shows none, that of the document. */
export function containerStyle(page: Page, node: ObjectNode | ArrayNode, style: TextStyle): TextStyle {
  const evidence = new StyleEvidence();
  evidence.observe(page, node);
  return styleOf(evidence, style);
}

function styleOf(evidence: StyleEvidence, otherwise: TextStyle): TextStyle {
  return {
    quote: evidence.quotes.winner ?? evidence.nameQuotes.winner ?? otherwise.quote,
    nameQuote: evidence.nameQuotes.winner ?? otherwise.nameQuote,
    quotedNames: evidence.quotedNames.winner ?? otherwise.quotedNames,
    colon: evidence.colons.winner ?? otherwise.colon,
    commaSpace: evidence.commaSpaces.winner ?? otherwise.commaSpace,
    padding: {
      object: evidence.padding.object.winner ?? otherwise.padding.object,
      array: evidence.padding.array.winner ?? otherwise.padding.array,
    },
    unit: evidence.units.winner ?? otherwise.unit,
    trailingComma: evidence.trailingCommas.winner ?? otherwise.trailingComma,
    lineBreak: otherwise.lineBreak,
  };
}

function lineBreakOf({ text, lineStarts }: Page): string {
  const found = new Majority<string>();
  for (const start of lineStarts.slice(1)) {
    const code = text.charCodeAt(start - 1);
    if (code === CARRIAGE_RETURN) found.add("\r");
    else if (code === LINE_FEED) found.add(text.startsWith("\r\n", start - 2) ? "\r\n" : "\n");
  }
  return found.winner ?? "\n";
}
