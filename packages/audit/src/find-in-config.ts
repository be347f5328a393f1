import { isRecord, matchesPattern, valueAt, type Path, type Surface } from "@durar/credential-surface";
import type { AuditContext } from "./context.ts";
import type { FindingList } from "./finding-list.ts";
import { leftoverHint } from "./leftover-hint.ts";
import type { LoadedDocument } from "./load-store.ts";
import { whereIn } from "./where-in.ts";
import { plaintextIn, plaintextInHeader } from "./plaintext.ts";
import { walkObjects } from "./walk-objects.ts";

/** Reports inline `env` values of exec providers whose names tell of a secret, or are those that env refs read. */
export function findProviderPlaintext(
  document: LoadedDocument,
  refNames: ReadonlySet<string>,
  { names, findings, known }: AuditContext,
): void {
  const providers = valueAt(document.value, ["secrets", "providers"]);
  for (const [alias, provider] of entriesOf(providers))
    for (const [name, value] of entriesOf(isRecord(provider) ? provider["env"] : undefined)) {
      const path = ["secrets", "providers", alias, "env", name];
      if (!names.isSecretVariable(name) && !refNames.has(name)) continue;
      const plaintext = plaintextIn(name, value, names);
      if (plaintext === undefined) continue;
      known.add(plaintext);
      findings.add({
        code: "PLAINTEXT_FOUND",
        severity: "warn",
        ...whereIn(document, path),
        message: "plaintext credential in the environment of an exec provider",
        hint:
          leftoverHint(document.store) ??
          `set ${name} where the server is started, and name it in the provider's passEnv`,
      });
    }
}

/** Reports sensitive headers that are no targets of the surface, wherever in the config they stand. */
export function findHeaders(
  document: LoadedDocument,
  { targets }: Surface,
  { names, findings, known }: AuditContext,
): void {
  for (const { value, path } of walkObjects(document.value))
    for (const [name, header] of entriesOf("headers" in value ? value.headers : undefined)) {
      const at = [...path(), "headers", name];
      const plaintext = plaintextInHeader(name, header, names);
      if (plaintext === undefined) continue;
      if (targets.some(({ store, pattern }) => store === "config" && matchesPattern(pattern, at))) continue;
      known.add(plaintext);
      findings.add({
        code: "PLAINTEXT_FOUND",
        severity: "warn",
        ...whereIn(document, at),
        message: "plaintext credential in a header",
        hint:
          leftoverHint(document.store) ??
          "no ref works here; move the header to where one does, such as the headers of the provider itself",
      });
    }
}

/** Reports each `$include`: what it names is not read, so what is in it is not audited. Answers whether there is one. */
export function findIncludes(document: LoadedDocument, findings: FindingList): boolean {
  const includes: Path[] = [];
  for (const { value, path } of walkObjects(document.value))
    if (Object.hasOwn(value, "$include")) includes.push([...path(), "$include"]);
  for (const path of includes)
    findings.add({
      code: "STORE_UNREADABLE",
      severity: "error",
      ...whereIn(document, path),
      message: "$include is not followed; what it names is not audited",
      hint: "put the content into this file, or audit the included file with --config",
    });
  return includes.length > 0;
}

function entriesOf(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}
