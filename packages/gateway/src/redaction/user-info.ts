import type { TextRange } from "@durar/config-document";

const scheme = /^\s*[a-z][a-z0-9+.-]*$/i;
const endOfScheme = /[a-z0-9+.-]/i;
const endOfAuthority = /[/?#]/;
const whiteSpace = /\s/;

/**
 * Where user names and passwords stand in the URLs of a text: between `scheme://` and the last `@` before the path.
 * White space ends a URL, but not one that starts the text: there parsers take it for part of a password. Linear.
 */
export function userInfoRanges(text: string): readonly TextRange[] {
  const ranges: TextRange[] = [];
  const first = text.indexOf("://");
  const startsText = scheme.test(text.slice(0, Math.max(0, first)));
  for (let slashes = first; slashes >= 0; slashes = text.indexOf("://", slashes + 3)) {
    if (!endOfScheme.test(text.charAt(slashes - 1))) continue;
    const start = slashes + 3;
    const at = lastAtSign(text, start, startsText && slashes === first);
    if (at > start) ranges.push({ start, end: at });
  }
  return ranges;
}

/** The last `@` of the authority that starts here, or -1. */
function lastAtSign(text: string, start: number, mayHoldSpace: boolean): number {
  let at = -1;
  for (let offset = start; offset < text.length; offset++) {
    const character = text.charAt(offset);
    if (endOfAuthority.test(character) || (!mayHoldSpace && whiteSpace.test(character))) break;
    if (character === "@") at = offset;
  }
  return at;
}
