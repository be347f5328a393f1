import { formatPath, type Path } from "@durar/credential-surface";
import type { SchemaIssue } from "@durar/secretref-schema";
import type { Preparation } from "@durar/snapshot";
import { isMalformedRef } from "./find-unresolved.ts";
import type { FindingList } from "./finding-list.ts";
import type { DocumentOf, LoadedDocument } from "./load-store.ts";

/** Something that makes the configuration invalid. */
interface ConfigFault {
  readonly document: LoadedDocument;
  readonly path: Path;
  readonly message: string;
  readonly hint: string;
}

/**
 * Reports what makes the configuration invalid: broken rules of its schema, refs and containers out of place, broken
 * policies. What several of them say of one place is said once.
 *
 * @param issues what the product's own schema says; it may cover the `secrets` block or not
 */
export function findConfigFaults(
  issues: readonly SchemaIssue[],
  preparation: Preparation,
  config: LoadedDocument | undefined,
  documentOf: DocumentOf,
  findings: FindingList,
): void {
  const said = new Set<string>();
  const faults = [...schemaFaults(issues, preparation, config), ...surfaceFaults(preparation, documentOf)];
  for (const { document, path, message, hint } of faults) {
    const place = formatPath(path);
    const statement = JSON.stringify([document.store.path, place, message]);
    if (said.has(statement)) continue;
    said.add(statement);
    findings.add({
      ...{ code: "CONFIG_INVALID", severity: "error", store: document.store, path: place },
      ...document.locate(path),
      ...{ message, hint },
    });
  }
}

function schemaFaults(
  issues: readonly SchemaIssue[],
  { secretsIssues }: Preparation,
  document: LoadedDocument | undefined,
): ConfigFault[] {
  if (document === undefined) return [];
  const hint = "correct the value as the rule says";
  const ofSecrets = secretsIssues.map(({ path, rule }) => ({ path: ["secrets", ...path], rule }));
  return [...issues, ...ofSecrets].map(({ path, rule }) => ({ document, path, message: rule, hint }));
}

function surfaceFaults({ surfaceIssues, violations }: Preparation, documentOf: DocumentOf): ConfigFault[] {
  return [
    ...surfaceIssues
      .filter((issue) => !isMalformedRef(issue))
      .map((issue) => ({
        document: documentOf(issue),
        path: issue.path,
        message: issue.rule,
        hint: issue.kind === "unsupported-ref" ? "remove the ref" : "correct the value's type",
      })),
    ...violations.map((violation) => ({
      document: documentOf(violation),
      path: violation.path,
      message: `${violation.message} [SECRET_REF_POLICY]`,
      hint: violation.hint,
    })),
  ];
}
