import { isContainer, type Draft, type DraftContainer, type DraftEntry } from "./json-draft.ts";
import type { TextStyle } from "./text-style.ts";
import { isPlainName, writeString } from "./write-string.ts";

/** Where a value is to be written. */
export interface Place {
  /** The indentation of its line. */
  readonly indent: string;
  /** How many characters stand before it on its line. */
  readonly column: number;
  /** `one-line` keeps all in one line; `short` does so for what holds scalars only and fits; `lines` does not. */
  readonly layout: "one-line" | "short" | "lines";
}

// What fits this many columns, the comma behind it included, stays on one line.
const lineWidth = 100;

/** Writes a value. Drafts are bounded in depth, so recursion is safe. */
export function renderValue(draft: Draft, style: TextStyle, place: Place): string {
  if (!isContainer(draft)) return renderScalar(draft, style);
  if (place.layout === "one-line" || draft.entries.length === 0) return renderLine(draft, style);
  if (
    place.layout === "short" &&
    draft.entries.every(({ value }) => !isContainer(value) || value.size === 0)
  ) {
    const line = renderLine(draft, style);
    if (place.column + line.length < lineWidth) return line;
  }
  const indent = place.indent + style.unit;
  const inner: Place = { indent, column: indent.length, layout: "short" };
  const [open, close] = brackets[draft.type];
  const lines = draft.entries.map((entry) => style.lineBreak + indent + renderEntry(entry, style, inner));
  const comma = style.trailingComma ? "," : "";
  return open + lines.join(",") + comma + style.lineBreak + place.indent + close;
}

/** Writes a member or an element. */
export function renderEntry({ name, value }: DraftEntry, style: TextStyle, place: Place): string {
  if (name === undefined) return renderValue(value, style, place);
  const bare = !style.quotedNames && isPlainName(name);
  const head = (bare ? name : writeString(name, style.nameQuote)) + style.colon;
  return head + renderValue(value, style, { ...place, column: place.column + head.length });
}

const brackets = { object: ["{", "}"], array: ["[", "]"] } as const;

function renderLine(draft: DraftContainer, style: TextStyle): string {
  const place: Place = { indent: "", column: 0, layout: "one-line" };
  const [open, close] = brackets[draft.type];
  const entries = draft.entries.map((entry) => renderEntry(entry, style, place));
  const padding = entries.length > 0 ? style.padding[draft.type] : "";
  return open + padding + entries.join(`,${style.commaSpace}`) + padding + close;
}

function renderScalar(value: string | number | boolean | null, style: TextStyle): string {
  if (typeof value === "string") return writeString(value, style.quote);
  return Object.is(value, -0) ? "-0" : String(value);
}
