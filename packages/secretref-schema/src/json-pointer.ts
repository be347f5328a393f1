/**
 * Reads an absolute JSON pointer (RFC 6901) into its segments, or `undefined` where it is none:
 * it must start with `/`, and `~` must be followed by `0` or `1`. Linear in its length.
 */
export function parseJsonPointer(pointer: string): readonly string[] | undefined {
  if (!pointer.startsWith("/") || /~(?![01])/.test(pointer)) return undefined;
  // RFC 6901 section 4: first ~1, then ~0, so that ~01 becomes ~1.
  return pointer
    .slice(1)
    .split("/")
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Writes segments as an absolute JSON pointer (RFC 6901). */
export function formatJsonPointer(segments: readonly string[]): string {
  return segments.map((segment) => `/${segment.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
