// C0 and C1 controls, DEL, line and paragraph separators, and the bidirectional controls that can
// make text on a terminal read as something else.
const unprintable = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** Escapes characters that could change how a terminal or a log shows a line, as `\u001b`. */
export function printable(text: string): string {
  return text.replace(
    unprintable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
