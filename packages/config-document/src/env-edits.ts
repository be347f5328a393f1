import { BYTE_ORDER_MARK, skipWhiteSpace } from "./characters.ts";
import type { EnvQuote } from "./env-assignment.ts";
import type { EnvEditPlan } from "./env-edit-plan.ts";
import { Majority } from "./majority.ts";
import { lineBreakEnd, spaceBefore } from "./page.ts";
import type { EnvEntry, EnvFile } from "./read-env-file.ts";
import { applyTextEdits, orderEdits, type TextEdit } from "./text-edits.ts";
import { writeEnvValue } from "./write-env-value.ts";

/**
 * What is done for the lines around, since white space and open quotes run over the line breaks of a `.env` file.
 * - `usual`: nothing.
 * - `separated`: where a deleted entry keeps what is above from what is below, a comment takes its place, and new values
 *   have quotes.
 * - `closed`: that comment holds quotes, and one with quotes stands for each that an edit takes away, since it may be
 *   where the search for the end of a quote further up has ended, behind a value whose own quote stays open, and above new lines.
 */
export type EnvCare = "usual" | "separated" | "closed";

// None of its quotes stands last on the line, so none ends a value above, but each ends the search for such an end.
const barrier =
  '# don\'t remove: the "quotes" and `ticks` of this line keep what is above from what is below';

/** The edits that make the plan, in the order of the text. */
export function envEdits(text: string, file: EnvFile, plan: EnvEditPlan, care: EnvCare): readonly TextEdit[] {
  const page: EnvPage = { text, care, ...styleOf(text, file.entries) };
  const edits: TextEdit[] = [];
  for (const entry of plan.deleted) edits.push(deletion(page, entry));
  for (const [entry, value] of plan.replaced) edits.push(...replacement(page, entry, value));
  const ordered = orderEdits(edits);
  if (plan.appended.length === 0) return ordered;
  const rest = applyTextEdits(text, ordered);
  const isOpen = !/(^\ufeff?|[\r\n])$/.test(rest);
  const lines = plan.appended.map(([name, value]) => addition(page, name, value));
  if (care === "closed") lines.unshift(barrier + page.lineBreak);
  const newText = (isOpen ? page.lineBreak : "") + lines.join("");
  return orderEdits([...ordered, { start: text.length, end: text.length, newText }]);
}

interface EnvPage extends EnvStyle {
  readonly text: string;
  readonly care: EnvCare;
}

interface EnvStyle {
  readonly lineBreak: string;
  /** `export ` where every entry has it. */
  readonly prefix: string;
  /** The quotes that most values have, and of those that have some. */
  readonly commonQuote: EnvQuote | undefined;
  readonly commonMarks: EnvQuote | undefined;
}

function styleOf(text: string, entries: readonly EnvEntry[]): EnvStyle {
  const [breaks, quotes, marks] = [
    new Majority<string>(),
    new Majority<EnvQuote>(),
    new Majority<EnvQuote>(),
  ];
  for (const [lineBreak] of text.matchAll(/\r\n?|\n/g)) breaks.add(lineBreak);
  for (const { quote, value } of entries) {
    // An empty value shows nothing.
    if (value !== "") quotes.add(quote);
    if (quote !== "none") marks.add(quote);
  }
  const exported = entries.filter(({ start, nameRange }) => start < nameRange.start).length;
  return {
    lineBreak: breaks.winner ?? "\n",
    prefix: exported > 0 && exported === entries.length ? "export " : "",
    commonQuote: quotes.winner,
    commonMarks: marks.winner,
  };
}

/** Takes out the lines of an entry, one line break with them. */
function deletion({ text, care }: EnvPage, { start, end }: EnvEntry): TextEdit {
  const firstLine = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
  const lineStart = Math.max(firstLine, spaceBefore(text, start, "no-breaks"));
  const comment = separator(text, start, end, care);
  if (comment !== undefined) return { start: lineStart, end, newText: comment };
  return { start: lineStart, end: end < text.length ? lineBreakEnd(text, end) : end, newText: "" };
}

/** The comment that takes the place of an entry, where one may be needed. */
function separator(text: string, start: number, end: number, care: EnvCare): string | undefined {
  if (care === "usual") return undefined;
  // What would be taken for the value, or for the separator, of a name further up.
  const isAttachable = /['"`=]/.test(text.charAt(skipWhiteSpace(text, end)));
  if (care === "separated") return isAttachable ? "#" : undefined;
  return isAttachable || /['"`]/.test(text.slice(start, end)) ? barrier : undefined;
}

function replacement(page: EnvPage, entry: EnvEntry, value: string): readonly TextEdit[] {
  const { text, care } = page;
  const { end, valueRange } = entry;
  const newText = write(page, value, [entry.quote, page.commonMarks]);
  // A shell takes a # for that of a comment only behind a space.
  const space = text.startsWith("#", valueRange.end) ? " " : "";
  const edit = { ...valueRange, newText: newText + space };
  const isBarrier = /['"`]/.test(text.slice(valueRange.start, valueRange.end));
  return care === "closed" && (isBarrier || staysOpen(newText))
    ? [edit, { start: end, end, newText: ` ${barrier}` }]
    : [edit];
}

function addition(page: EnvPage, name: string, value: string): string {
  const newText = write(page, value, [page.commonQuote, page.commonMarks]);
  const comment = page.care === "closed" && staysOpen(newText) ? ` ${barrier}` : "";
  return `${page.prefix}${name}=${newText}${comment}${page.lineBreak}`;
}

/** Whether the search for the closing quote goes on behind it, for one that has no backslash before it. */
function staysOpen(written: string): boolean {
  return /\\['"`]$/.test(written);
}

function write(
  { care, lineBreak }: EnvPage,
  value: string,
  quotes: readonly (EnvQuote | undefined)[],
): string {
  // The plan holds no value that cannot be written.
  return writeEnvValue(value, { quotes, lineBreak, bare: care === "usual" }) ?? "";
}
