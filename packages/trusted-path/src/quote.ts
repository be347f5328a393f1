// Controls, line separators and bidirectional controls: what could change how a terminal shows a line.
const unprintable = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;
const everyUnprintable = new RegExp(unprintable, "gu");

function escaped(text: string): string {
  return text.replace(
    everyUnprintable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * A path as it can be pasted into a shell and safely shown on a terminal: as it is where that is safe, else in
 * single quotes, and in `$'...'` (bash, zsh, ksh) where it holds characters that must be escaped.
 */
export function quotePath(path: string): string {
  if (/^[\w@%+=:,./-]+$/.test(path)) return path;
  if (!unprintable.test(path)) return `'${path.replaceAll("'", `'\\''`)}'`;
  return `$'${escaped(path.replace(/[\\']/g, "\\$&"))}'`;
}
