import type { EnvQuote } from "./env-assignment.ts";
import { readEnvFile } from "./read-env-file.ts";

/** How values are preferably written. */
export interface EnvValueStyle {
  /** The quotes to try first, in order. */
  readonly quotes: readonly (EnvQuote | undefined)[];
  /** How a line break within a value is written. */
  readonly lineBreak: string;
  /** Whether a value that can have quotes may stand without. */
  readonly bare: boolean;
}

// A shell would run what stands in backticks, so they come last.
const order: readonly EnvQuote[] = ["none", "single", "double", "backtick"];

const characters: Readonly<Record<EnvQuote, string>> = { none: "", single: "'", double: '"', backtick: "`" };

/** Whether a POSIX shell that sources the file reads the value as it stands in these quotes. */
const shellReads: Readonly<Record<EnvQuote, (value: string) => boolean>> = {
  none: (value) => /^[\w./:@%+,=-]*$/.test(value),
  single: (value) => !/['\r]/.test(value),
  double: (value) => !/["$`\\\r]/.test(value),
  backtick: () => false,
};

/**
 * Writes a value so that `dotenv` reads just it: in quotes with which a POSIX shell reads it too, where there are some,
 * and of those in the preferred ones.
 *
 * @returns `undefined` for a value that cannot be written
 */
export function writeEnvValue(value: string, style: EnvValueStyle): string | undefined {
  // An environment holds no NUL, and a file in UTF-8 no half of a surrogate pair.
  if (/\0|\p{Surrogate}/u.test(value)) return undefined;
  const wanted = style.quotes.filter((quote) => quote !== undefined);
  const readable = [...new Set([...wanted, ...order])].filter((quote) =>
    readsAs(value, written(value, quote, style)),
  );
  const quoted = readable.filter((quote) => quote !== "none");
  const allowed = style.bare || quoted.length === 0 ? readable : quoted;
  const chosen =
    allowed.find((quote) => shellReads[quote](value)) ??
    // Quotes that the value does not hold itself are at least clear to a reader.
    quoted.find((quote) => !value.includes(characters[quote])) ??
    allowed[0];
  return chosen === undefined ? undefined : written(value, chosen, style);
}

function written(value: string, quote: EnvQuote, { lineBreak }: EnvValueStyle): string {
  // As an escape it is told from a line break, which is only read in double quotes.
  const inner = quote === "double" ? value.replaceAll("\r", "\\r") : value;
  return characters[quote] + inner.replaceAll("\n", lineBreak) + characters[quote];
}

function readsAs(value: string, text: string): boolean {
  const { entries } = readEnvFile(`A=${text}`);
  return entries.length === 1 && entries[0]?.value === value;
}
