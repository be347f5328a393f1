import type { ScalarNode } from "@durar/config-document";
import { parseSecretInput } from "@durar/secretref-schema";
import type { CredentialPlace } from "./credential-places.ts";
import type { RedactionRules } from "./types.ts";
import { userInfoRanges } from "./user-info.ts";
import { childrenOf, type VisitedNode } from "./visited-node.ts";

/**
 * The secrets that a hidden value consists of, to be looked for in the rest of the document. Of a plain object that is
 * accepted as a value, its longest text and what stands under telling names: the rest, such as a project's name, is
 * found all over a config.
 *
 * @param text of the document
 */
export function ownSecrets(
  hidden: VisitedNode,
  place: CredentialPlace | undefined,
  text: string,
  rules: RedactionRules,
): readonly string[] {
  if ("value" in hidden.node) return spellingsOf(hidden.node, text);
  const scalars = scalarsIn(hidden);
  if (place?.allowObject !== true || hidden.node.type !== "object")
    return scalars.flatMap(({ node }) => spellingsOf(node, text));
  const longest = scalars.reduce((length, { node }) => Math.max(length, String(node.value).length), 0);
  return scalars
    .filter((scalar) => String(scalar.node.value).length === longest || rules.isSecretName(scalar.name))
    .flatMap(({ node }) => spellingsOf(node, text));
}

/** A value as it reads and as it is written, its quotes and escapes of templates undone, and the password of a URL. */
function spellingsOf({ value, start, end }: ScalarNode, text: string): string[] {
  if (typeof value === "number") return [String(value), text.slice(start, end)];
  if (typeof value !== "string") return [];
  const input = parseSecretInput(value);
  const passwords = userInfoRanges(value).map((range) =>
    value.slice(range.start, range.end).replace(/^[^:]*:/, ""),
  );
  const unescaped = input.kind === "plaintext" && typeof input.value === "string" ? [input.value] : [];
  return [value, text.slice(start + 1, end - 1), ...unescaped, ...passwords];
}

type VisitedScalar = VisitedNode & { readonly node: ScalarNode };

function scalarsIn(container: VisitedNode): VisitedScalar[] {
  const scalars: VisitedScalar[] = [];
  const pending = [container];
  for (let visited = pending.pop(); visited !== undefined; visited = pending.pop()) {
    if (isScalar(visited)) scalars.push(visited);
    else for (const child of childrenOf(visited)) pending.push(child);
  }
  return scalars;
}

function isScalar(visited: VisitedNode): visited is VisitedScalar {
  return "value" in visited.node;
}
