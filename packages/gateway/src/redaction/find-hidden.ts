import type { CommentNode, ConfigDocument, ScalarNode, TextRange, ValueNode } from "@durar/config-document";
import { credentialPlaces } from "./credential-places.ts";
import { judgeValue } from "./judge-value.ts";
import { knownSecrets, type KnownSecrets } from "./known-secrets.ts";
import { ownSecrets } from "./own-secrets.ts";
import { mergeRanges } from "./merge-ranges.ts";
import type { RedactionRules } from "./types.ts";
import { userInfoRanges } from "./user-info.ts";
import { childrenOf, visitRoot } from "./visited-node.ts";

/** What of a document must not be shown. */
export interface Hidden {
  /** Values that are hidden as a whole, in the order of the text. None lies in another. */
  readonly values: ReadonlySet<ValueNode>;
  /** Every comment that does not lie in such a value, with the stretches of it that are hidden. */
  readonly comments: ReadonlyMap<CommentNode, readonly TextRange[]>;
}

/**
 * Decides what of a document must not be shown. Works on nodes, so that earlier duplicates of a member count too.
 *
 * @param secrets every known secret; the document's own are found besides
 * @param words the reserved words, which stand for secrets and are none
 */
export function findHidden(
  document: ConfigDocument,
  secrets: Iterable<string>,
  words: ReadonlySet<string>,
  rules: RedactionRules,
): Hidden {
  const placeOf = credentialPlaces(rules.surface);
  const hidden: ValueNode[] = [];
  const searched: ScalarNode[] = [];
  const known = new Set(secrets);
  const pending = [visitRoot(document.root)];
  for (let visited = pending.pop(); visited !== undefined; visited = pending.pop()) {
    const place = placeOf(visited);
    const verdict = judgeValue(visited, place, words, rules);
    if (verdict === "enter") for (const child of childrenOf(visited)) pending.push(child);
    else if (verdict === "search" && "value" in visited.node) searched.push(visited.node);
    else if (verdict === "hide") {
      hidden.push(visited.node);
      for (const secret of ownSecrets(visited, place, document.text, rules)) known.add(secret);
    }
  }
  for (const word of words) known.delete(word);
  const finder = knownSecrets(known);
  for (const node of searched) if (holdsSecret(node, document.text, finder)) hidden.push(node);
  const values = hidden.sort((a, b) => a.start - b.start);
  return { values: new Set(values), comments: hiddenInComments(document, values, finder) };
}

function holdsSecret({ value, start, end }: ScalarNode, text: string, finder: KnownSecrets): boolean {
  if (typeof value === "number") return finder.equals(String(value)) || finder.equals(text.slice(start, end));
  return finder.within(String(value));
}

function hiddenInComments(
  { text, comments }: ConfigDocument,
  values: readonly ValueNode[],
  finder: KnownSecrets,
): ReadonlyMap<CommentNode, readonly TextRange[]> {
  const found = new Map<CommentNode, readonly TextRange[]>();
  let next = 0;
  for (const comment of comments) {
    while ((values[next]?.end ?? Infinity) <= comment.start) next++;
    if ((values[next]?.start ?? Infinity) < comment.start) continue;
    const written = text.slice(comment.start, comment.end);
    const ranges = [...finder.ranges(written), ...userInfoRanges(written)];
    found.set(
      comment,
      mergeRanges(ranges).flatMap((range) => within(comment, range)),
    );
  }
  return found;
}

/** A stretch of a comment as one of the document, less what opens and closes the comment. */
function within(comment: CommentNode, range: TextRange): TextRange[] {
  const closing = comment.type === "block-comment" ? 2 : 0;
  const start = Math.max(comment.start + 2, comment.start + range.start);
  const end = Math.min(comment.end - closing, comment.start + range.end);
  return start < end ? [{ start, end }] : [];
}
