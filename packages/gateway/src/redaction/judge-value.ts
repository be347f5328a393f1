import type { ObjectNode } from "@durar/config-document";
import { parseSecretInput, parseSecretRef } from "@durar/secretref-schema";
import type { CredentialPlace } from "./credential-places.ts";
import type { RedactionRules } from "./types.ts";
import { userInfoRanges } from "./user-info.ts";
import { isEntryId, type VisitedNode } from "./visited-node.ts";

/**
 * What becomes of a value: it is hidden as a whole, shown as a whole, shown unless it holds a known secret, or what
 * lies in it is judged.
 */
export type Verdict = "hide" | "show" | "search" | "enter";

/** Judges a value by where it stands, what its name is and what it looks like. */
export function judgeValue(
  visited: VisitedNode,
  place: CredentialPlace | undefined,
  words: ReadonlySet<string>,
  rules: RedactionRules,
): Verdict {
  const { node, name } = visited;
  if (node.type === "object" && isSecretRef(node)) return "show";
  if (!("value" in node)) return place === undefined ? "enter" : "hide";
  if (node.value === null || typeof node.value === "boolean" || isEntryId(visited)) return "show";
  const isNamed = rules.isSecretName(name);
  if (typeof node.value === "string")
    return words.has(node.value) ? "show" : judgeText(node.value, isNamed || place !== undefined);
  // Of numbers under a telling name, limits such as maxTokens and small ones such as a TTL are no secrets.
  const isLong = String(node.value).replace(/\D/g, "").length >= 6;
  return place !== undefined || (isNamed && isLong && !/tokens$/i.test(name)) ? "hide" : "search";
}

function judgeText(value: string, isSecretPlace: boolean): Verdict {
  const { kind } = parseSecretInput(value);
  if (kind === "ref") return "show";
  if (isSecretPlace && kind === "plaintext") return "hide";
  // Where a ref stands for the password, as in https://user:${PASSWORD}@host, there is nothing to hide.
  const holdsUserInfo = userInfoRanges(value).some(
    ({ start, end }) => parseSecretInput(value.slice(start, end)).kind === "plaintext",
  );
  return holdsUserInfo ? "hide" : "search";
}

/** Whether an object is a valid ref. One that repeats a name is not: what the earlier one holds is read by nobody. */
function isSecretRef({ members }: ObjectNode): boolean {
  if (members.length > 3) return false;
  const fields = new Map(members.map(({ name, value }) => [name, "value" in value ? value.value : value]));
  return fields.size === members.length && parseSecretRef(Object.fromEntries(fields)).ok;
}
