/** Where a value lies in a document: keys and, for array entries, canonical decimal indices. */
export type Path = readonly string[];

const quoted = /[.[\]"\s\p{Cc}]/u;

/**
 * Writes a path as text: segments joined by dots; one that is empty or holds `.`, `[`, `]`, `"`, white space or a
 * control character is written `["..."]` with JSON escapes.
 */
export function formatPath(path: Path): string {
  return path
    .map((segment, index) => {
      if (segment === "" || quoted.test(segment)) return `[${escaped(segment)}]`;
      return index === 0 ? segment : `.${segment}`;
    })
    .join("");
}

/** JSON escapes the C0 controls; the C1 controls are escaped too, so that a path is safe to print. */
function escaped(segment: string): string {
  return JSON.stringify(segment).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Reads the text form of a path, or answers `undefined` where it is none. Linear in its length. */
export function parsePath(text: string): Path | undefined {
  const segments: string[] = [];
  const token = /(?:^|(\.))([^.[\]"\s\p{Cc}]+)|\[("(?:[^"\\]|\\.)*")\]/uy;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (match === null) return undefined;
    const [, dot, plain, json] = match;
    if (dot !== undefined && segments.length === 0) return undefined;
    const segment = plain ?? parseString(json ?? "");
    if (segment === undefined) return undefined;
    segments.push(segment);
  }
  return segments.length === 0 ? undefined : segments;
}

function parseString(json: string): string | undefined {
  try {
    return JSON.parse(json) as string;
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
