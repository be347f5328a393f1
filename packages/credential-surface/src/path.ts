import { printable } from "@durar/secretref-schema";

/** Where a value lies in a document: keys and, for array entries, canonical decimal indices. */
export type Path = readonly string[];

/** Characters that no plain segment holds. */
const syntax = /[.[\]"\s\p{Cc}]/u;
const plain = /[^.[\]"\s\p{Cc}]+/uy;

/**
 * Writes a path as text: segments joined by dots; one that is empty or holds `.`, `[`, `]`, `"`, white space or a
 * character that is not safe to print is written `["..."]` with JSON escapes. What it writes is safe to print.
 */
export function formatPath(path: Path): string {
  return path
    .map((segment, index) => {
      if (segment === "" || syntax.test(segment) || printable(segment) !== segment)
        return `[${printable(JSON.stringify(segment))}]`;
      return index === 0 ? segment : `.${segment}`;
    })
    .join("");
}

/** Reads the text form of a path, or answers `undefined` where it is none. Linear in its length. */
export function parsePath(text: string): Path | undefined {
  const segments: string[] = [];
  let position = 0;
  while (position < text.length) {
    const next = text[position] === "[" ? quotedAt(text, position) : plainAt(text, position);
    if (next === undefined) return undefined;
    segments.push(next.segment);
    position = next.end;
  }
  return segments.length === 0 ? undefined : segments;
}

interface ReadSegment {
  readonly segment: string;
  /** Where the text goes on. */
  readonly end: number;
}

/** A plain segment, with the dot before it where it is not the first. */
function plainAt(text: string, position: number): ReadSegment | undefined {
  if (position > 0 && text[position] !== ".") return undefined;
  plain.lastIndex = position === 0 ? 0 : position + 1;
  const [segment] = plain.exec(text) ?? [];
  return segment === undefined ? undefined : { segment, end: plain.lastIndex };
}

function quotedAt(text: string, position: number): ReadSegment | undefined {
  if (text[position + 1] !== '"') return undefined;
  // By hand: a regular expression with an alternative for escapes overflows the stack on a very long segment.
  let quote = position + 2;
  while (quote < text.length && text[quote] !== '"') quote += text[quote] === "\\" ? 2 : 1;
  const segment = parseString(text.slice(position + 1, quote + 1));
  return segment === undefined || text[quote + 1] !== "]" ? undefined : { segment, end: quote + 2 };
}

function parseString(json: string): string | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Segments that name the prototype machinery; they are never walked and no plan may hold them. */
export function isForbiddenSegment(segment: string): boolean {
  return segment === "__proto__" || segment === "prototype" || segment === "constructor";
}

/** The position that a segment names in an array, or `undefined` where it is no canonical index (`02`, `+2`, `-1`). */
export function arrayIndex(segment: string): number | undefined {
  return /^(0|[1-9][0-9]{0,8})$/.test(segment) ? Number(segment) : undefined;
}

/** Whether `value` is an object with keys: neither null nor an array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The own value at a path, or `undefined`. Inherited properties and forbidden segments are not there. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const segment of path) {
    if (isForbiddenSegment(segment)) return undefined;
    if (Array.isArray(value)) {
      const index = arrayIndex(segment);
      value = index === undefined ? undefined : (value as unknown[])[index];
    } else if (isRecord(value) && Object.hasOwn(value, segment)) value = value[segment];
    else return undefined;
  }
  return value;
}
