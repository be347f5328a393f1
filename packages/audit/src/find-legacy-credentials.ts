import { isRecord, type Path } from "@durar/credential-surface";
import type { AuditContext } from "./context.ts";
import { leftoverHint } from "./leftover-hint.ts";
import type { LoadedDocument } from "./load-store.ts";
import { whereIn } from "./where-in.ts";
import { plaintextIn } from "./plaintext.ts";

const staticFields: ReadonlyMap<unknown, string> = new Map([
  ["api_key", "key"],
  ["token", "token"],
]);

/** Reports the entries of a legacy store: static credentials, and OAuth ones as information. */
export function findLegacyCredentials(document: LoadedDocument, context: AuditContext): void {
  const { names, findings, known } = context;
  for (const [provider, entry] of Object.entries(document.value)) {
    if (!isRecord(entry)) continue;
    reportOAuth(document, [provider], entry, { provider }, context);
    const field = staticFields.get(entry["type"]);
    if (field === undefined) continue;
    const plaintext = plaintextIn(field, entry[field], names);
    if (plaintext === undefined) continue;
    known.add(plaintext);
    findings.add({
      code: "LEGACY_RESIDUE",
      severity: "warn",
      ...whereIn(document, [provider, field]),
      provider,
      message: "static credential in a legacy store",
      hint:
        leftoverHint(document.store) ??
        "make sure that a profile or a ref provides this credential, then remove the entry",
    });
  }
}

/** Reports profiles that hold OAuth credentials, as information: no ref can stand for them. */
export function findOAuthProfiles(document: LoadedDocument, context: AuditContext): void {
  const profiles = document.value["profiles"];
  for (const [profileId, profile] of isRecord(profiles) ? Object.entries(profiles) : []) {
    if (!isRecord(profile)) continue;
    const provider = typeof profile["provider"] === "string" ? profile["provider"] : undefined;
    reportOAuth(document, ["profiles", profileId], profile, { provider, profileId }, context);
  }
}

function reportOAuth(
  document: LoadedDocument,
  path: Path,
  entry: Readonly<Record<string, unknown>>,
  about: { readonly provider: string | undefined; readonly profileId?: string },
  { names, findings, known }: AuditContext,
): void {
  if (entry["type"] !== "oauth") return;
  const tokens = ["access", "refresh"]
    .map((field) => plaintextIn(field, entry[field], names))
    .filter((token) => token !== undefined);
  if (tokens.length === 0) return;
  for (const token of tokens) known.add(token);
  findings.add({
    code: "LEGACY_RESIDUE",
    severity: "info",
    ...whereIn(document, path),
    ...about,
    message: "OAuth credentials, which rotate at run time and are not covered by refs",
    hint: leftoverHint(document.store) ?? "nothing to do; keep the file readable by its owner alone",
  });
}
