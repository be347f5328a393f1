import { formatPath, isRecord, type Path } from "@durar/credential-surface";
import { parseSecretInput } from "@durar/secretref-schema";
import type { FindingList } from "./finding-list.ts";
import type { LoadedDocument } from "./load-store.ts";

const staticFields: Readonly<Record<string, string>> = { api_key: "key", token: "token" };

/** Reports the entries of a legacy store: static credentials, and OAuth ones as information. */
export function findLegacyCredentials(document: LoadedDocument, findings: FindingList): void {
  for (const [provider, entry] of Object.entries(document.value)) {
    const field = isRecord(entry) ? staticFields[String(entry["type"])] : undefined;
    if (!isRecord(entry)) continue;
    if (isOAuth(entry)) reportOAuth(document, [provider], provider, undefined, findings);
    else if (field !== undefined && parseSecretInput(entry[field]).kind === "plaintext")
      findings.add({
        code: "LEGACY_RESIDUE",
        severity: "warn",
        store: document.store,
        path: formatPath([provider, field]),
        ...document.locate([provider, field]),
        provider,
        message: "static credential in a legacy store",
        hint: "make sure that a profile or a ref provides this credential, then remove the entry",
      });
  }
}

/** Reports profiles that hold OAuth credentials, as information: no ref can stand for them. */
export function findOAuthProfiles(document: LoadedDocument, findings: FindingList): void {
  const profiles = document.value["profiles"];
  for (const [id, profile] of isRecord(profiles) ? Object.entries(profiles) : [])
    if (isRecord(profile) && isOAuth(profile)) {
      const provider = typeof profile["provider"] === "string" ? profile["provider"] : undefined;
      reportOAuth(document, ["profiles", id], provider, id, findings);
    }
}

function isOAuth(entry: Readonly<Record<string, unknown>>): boolean {
  return (
    entry["type"] === "oauth" &&
    ["access", "refresh"].some((field) => parseSecretInput(entry[field]).kind === "plaintext")
  );
}

function reportOAuth(
  document: LoadedDocument,
  path: Path,
  provider: string | undefined,
  profileId: string | undefined,
  findings: FindingList,
): void {
  findings.add({
    code: "LEGACY_RESIDUE",
    severity: "info",
    store: document.store,
    path: formatPath(path),
    ...document.locate(path),
    provider,
    profileId,
    message: "OAuth credentials, which rotate at run time and are not covered by refs",
    hint: "nothing to do; keep the file readable by its owner alone",
  });
}
