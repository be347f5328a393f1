export type Quote = '"' | "'";

/**
 * Writes a string so that it reads as itself in JSON and JSON5: control characters, lone surrogates and U+2028 and
 * U+2029, which JSON5 warns of, as escapes.
 */
export function writeString(value: string, quote: Quote): string {
  const json = JSON.stringify(value).replace(/[\u2028\u2029]/g, (separator) =>
    separator === "\u2028" ? "\\u2028" : "\\u2029",
  );
  if (quote === '"') return json;
  const inner = json.slice(1, -1).replace(/\\.|'/g, (piece) => {
    if (piece === "'") return "\\'";
    return piece === '\\"' ? '"' : piece;
  });
  return `'${inner}'`;
}

/** Whether every reader of JSON5 takes a name without quotes: ASCII letters, digits, `$` and `_`, no digit first. */
export function isPlainName(name: string): boolean {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name);
}
