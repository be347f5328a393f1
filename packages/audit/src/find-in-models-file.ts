import { formatPath, isRecord, type Path } from "@durar/credential-surface";
import { parseSecretInput } from "@durar/secretref-schema";
import type { FindingList } from "./finding-list.ts";
import type { LoadedDocument } from "./load-store.ts";
import type { NameRules } from "./types.ts";

/** Reports plaintext keys and sensitive headers in a generated models file, and refs, which it cannot hold. */
export function findInModelsFile(document: LoadedDocument, names: NameRules, findings: FindingList): void {
  for (const [provider, settings] of entriesOf(document.value["providers"])) {
    const base = ["providers", provider];
    const report = (path: Path, value: unknown, isMarker: (text: string) => boolean): void =>
      reportValue(document, provider, path, value, isMarker, findings);
    if (!isRecord(settings)) continue;
    report(
      [...base, "apiKey"],
      settings["apiKey"],
      (text) => names.isKeyMarker(text) || names.isModelsFileName(text),
    );
    const models = Array.isArray(settings["models"]) ? (settings["models"] as unknown[]) : [];
    const holders = [{ path: base, value: settings as unknown }].concat(
      models.map((value, index) => ({ path: [...base, "models", String(index)], value })),
    );
    for (const { path, value } of holders)
      for (const [name, header] of entriesOf(isRecord(value) ? value["headers"] : undefined))
        if (names.isSensitiveHeader(name)) report([...path, "headers", name], header, names.isHeaderMarker);
  }
}

function reportValue(
  document: LoadedDocument,
  provider: string,
  path: Path,
  value: unknown,
  isMarker: (text: string) => boolean,
  findings: FindingList,
): void {
  const isRef = typeof value === "object" && value !== null;
  const isPlaintext =
    typeof value === "string" && parseSecretInput(value).kind === "plaintext" && !isMarker(value);
  if (!isRef && !isPlaintext) return;
  const where = { store: document.store, path: formatPath(path), ...document.locate(path), provider };
  if (isRef)
    findings.add({
      ...where,
      code: "REF_UNRESOLVED",
      severity: "error",
      message: "a generated models file cannot hold a SecretRef",
      hint: 'put the ref into the configuration, and "secretref-managed" here',
    });
  else
    findings.add({
      ...where,
      code: "PLAINTEXT_FOUND",
      severity: "warn",
      message: "plaintext credential in a generated file",
      hint: 'put a ref into the configuration and "secretref-managed" here, or let the server generate the file again',
    });
}

function entriesOf(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}
