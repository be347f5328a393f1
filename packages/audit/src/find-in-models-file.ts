import { formatPath, isRecord, type Path } from "@durar/credential-surface";
import type { AuditContext } from "./context.ts";
import { leftoverHint } from "./leftover-hint.ts";
import type { LoadedDocument } from "./load-store.ts";
import { plaintextIn, plaintextInHeader } from "./plaintext.ts";

/** Reports plaintext keys and sensitive headers in a generated models file, and refs, which it cannot hold. */
export function findInModelsFile(document: LoadedDocument, context: AuditContext): void {
  for (const [provider, settings] of entriesOf(document.value["providers"])) {
    if (!isRecord(settings)) continue;
    const base = ["providers", provider];
    findInHolder(document, provider, base, settings, context);
    const models = Array.isArray(settings["models"]) ? (settings["models"] as unknown[]) : [];
    for (const [index, model] of models.entries())
      if (isRecord(model))
        findInHolder(document, provider, [...base, "models", String(index)], model, context);
  }
}

/** What holds a key and headers: a provider, or one of its models. */
function findInHolder(
  document: LoadedDocument,
  provider: string,
  path: Path,
  holder: Readonly<Record<string, unknown>>,
  context: AuditContext,
): void {
  const { names } = context;
  const key = holder["apiKey"];
  if (isObject(key)) reportRef(document, provider, [...path, "apiKey"], context);
  const plaintext = plaintextIn("apiKey", key, names);
  if (plaintext !== undefined) reportPlaintext(document, provider, [...path, "apiKey"], plaintext, context);
  for (const [name, header] of entriesOf(holder["headers"])) {
    const at = [...path, "headers", name];
    if (isObject(header) && names.isSensitiveHeader(name)) reportRef(document, provider, at, context);
    const carried = plaintextInHeader(name, header, names);
    if (carried !== undefined) reportPlaintext(document, provider, at, carried, context);
  }
}

function reportRef(
  { store, locate }: LoadedDocument,
  provider: string,
  path: Path,
  { findings }: AuditContext,
): void {
  // The refs of an old copy are of no interest.
  if (store.leftover === true) return;
  findings.add({
    code: "REF_UNRESOLVED",
    severity: store.activity?.active === false ? "info" : "error",
    ...{ store, path: formatPath(path), ...locate(path), provider },
    message: "a generated models file cannot hold a SecretRef",
    hint: 'put the ref into the configuration, and "secretref-managed" here',
  });
}

function reportPlaintext(
  { store, locate }: LoadedDocument,
  provider: string,
  path: Path,
  plaintext: string,
  { names, findings, known }: AuditContext,
): void {
  if (names.isModelsFileName(plaintext)) return;
  known.add(plaintext);
  findings.add({
    code: "PLAINTEXT_FOUND",
    severity: "warn",
    ...{ store, path: formatPath(path), ...locate(path), provider },
    message: "plaintext credential in a generated file",
    hint:
      leftoverHint(store) ??
      'put a ref into the configuration and "secretref-managed" here, or let the server generate the file again',
  });
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function entriesOf(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}
