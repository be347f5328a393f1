import { formatPath, isRecord, valueAt, type Path } from "@durar/credential-surface";
import { parseSecretInput, type SchemaIssue } from "@durar/secretref-schema";
import type { FindingList } from "./finding-list.ts";
import type { LoadedDocument } from "./load-store.ts";
import type { NameRules } from "./types.ts";

/** Reports each broken rule of the config's schema, its `secrets` block included. */
export function findSchemaFaults(
  issues: readonly SchemaIssue[],
  document: LoadedDocument,
  findings: FindingList,
): void {
  for (const { path, rule } of issues)
    findings.add({
      code: "CONFIG_INVALID",
      severity: "error",
      store: document.store,
      path: formatPath(path),
      ...document.locate(path),
      message: rule,
      hint: "correct the value as the rule says",
    });
}

/** Reports inline `env` values of exec providers whose names tell of a secret. */
export function findProviderPlaintext(
  document: LoadedDocument,
  names: NameRules,
  findings: FindingList,
): void {
  const providers = valueAt(document.value, ["secrets", "providers"]);
  for (const [alias, provider] of entriesOf(providers))
    for (const [name, value] of entriesOf(isRecord(provider) ? provider["env"] : undefined)) {
      if (!names.isSecretVariable(name) || parseSecretInput(value).kind !== "plaintext") continue;
      const path = ["secrets", "providers", alias, "env", name];
      findings.add({
        code: "PLAINTEXT_FOUND",
        severity: "warn",
        store: document.store,
        path: formatPath(path),
        ...document.locate(path),
        message: "plaintext credential in the environment of an exec provider",
        hint: `set ${name} where the server is started, and name it in the provider's passEnv`,
      });
    }
}

/** Reports each `$include`: what it names is not read, so what is in it is not audited. */
export function findIncludes(document: LoadedDocument, findings: FindingList): boolean {
  const paths = includePaths(document.value);
  for (const path of paths)
    findings.add({
      code: "STORE_UNREADABLE",
      severity: "error",
      store: document.store,
      path: formatPath(path),
      ...document.locate(path),
      message: "$include is not followed; what it names is not audited",
      hint: "put the content into this file, or audit the included file with --config",
    });
  return paths.length > 0;
}

function includePaths(root: unknown): Path[] {
  const found: Path[] = [];
  const queue: { readonly path: Path; readonly value: unknown }[] = [{ path: [], value: root }];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { path, value } = next;
    if (typeof value !== "object" || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      if (key === "$include") found.push([...path, key]);
      else queue.push({ path: [...path, key], value: inner });
    }
  }
  return found;
}

function entriesOf(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}
