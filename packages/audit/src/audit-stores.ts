import type { AuditContext } from "./context.ts";
import { findHeaders, findProviderPlaintext } from "./find-in-config.ts";
import { envRefs, type EnvRefs } from "./env-refs.ts";
import { findInEnvFiles } from "./find-in-env-file.ts";
import { findPlaintext, leftoverSurface, placesOfLeftover } from "./find-plaintext.ts";
import { findKnownValues, findKnownValuesBeside } from "./find-known-values.ts";
import { findOAuthProfiles } from "./find-legacy-credentials.ts";
import { findShadowed } from "./find-shadowed.ts";
import { FindingList } from "./finding-list.ts";
import { inspectStores, type Inspection } from "./inspect-stores.ts";
import { KnownValues } from "./known-values.ts";
import { nameRules } from "./name-rules.ts";
import { statusOf, summarize } from "./report.ts";
import type { AuditOptions, AuditReport } from "./types.ts";

/**
 * Finds every plaintext credential, every ref that does not resolve, and every residue in a set of stores, each with
 * its position. Reads only: it creates, changes and locks nothing, and runs exec providers only when allowed.
 *
 * @throws the signal's reason, once it aborts
 */
export async function auditStores(options: AuditOptions): Promise<AuditReport> {
  const { stores, allowExec = false, root } = options;
  const findings = new FindingList(root);
  const context = { names: nameRules(options.names), findings, known: new KnownValues() };
  const inspection = await inspectStores(options, allowExec ? [] : ["exec"], context);
  const { scan, preparation } = inspection;

  const refs = envRefs(preparation.entries);
  findInDocuments(options, inspection, refs, context);
  findInEnvFiles(scan.envFiles, refs, context);
  const profileStores = scan.documents.filter(({ store }) => store.kind === "auth-profiles");
  findShadowed(preparation.entries, profileStores, context);
  for (const { outcome } of preparation.entries)
    if (outcome.kind === "resolved") context.known.add(outcome.value.reveal());
  for (const { store, text } of scan.texts) findKnownValues(store, text, context);
  for (const env of scan.envFiles) findKnownValuesBeside(env, context);
  if (options.interruptedCommit !== undefined) reportInterrupted(options.interruptedCommit, findings);

  const filesScanned = stores.map(({ path }) => path);
  const sorted = await findings.sorted(filesScanned);
  const skippedExecRefs = preparation.skippedRefs.length;
  const report = {
    configFile: stores.find(({ kind, leftover }) => kind === "config" && leftover !== true)?.path ?? "",
    resolution: {
      refsChecked: preparation.refsChecked,
      skippedExecRefs,
      resolvabilityComplete: skippedExecRefs === 0 && inspection.complete,
    },
    filesScanned,
    summary: summarize(sorted),
    findings: sorted,
    warnings: inspection.warnings,
  };
  return { version: 1, status: statusOf(report), ...report };
}

/** Searches the stores of the surface, and their old copies as if they were stores. */
function findInDocuments(
  { surface, names }: AuditOptions,
  { scan, preparation, documentOf }: Inspection,
  refs: EnvRefs,
  context: AuditContext,
): void {
  for (const { place } of preparation.entries) findPlaintext(place, documentOf(place), context);
  const passive = leftoverSurface(surface);
  for (const document of scan.leftovers)
    for (const place of placesOfLeftover(passive, document)) findPlaintext(place, document, context);
  for (const document of [...scan.documents, ...scan.leftovers]) {
    if (document.store.kind === "auth-profiles") findOAuthProfiles(document, context);
    if (document.store.kind !== "config") continue;
    findProviderPlaintext(document, refs.named, context);
    // Which headers beyond the surface carry credentials, only a rule can tell.
    if (names?.isSensitiveHeader !== undefined) findHeaders(document, surface, context);
  }
}

function reportInterrupted(
  { path, hint }: { readonly path: string; readonly hint: string },
  findings: FindingList,
): void {
  findings.add({
    code: "COMMIT_INTERRUPTED",
    severity: "error",
    store: { path },
    path: "",
    line: 1,
    column: 1,
    message: "a change over several files was interrupted; some may be changed and others not",
    hint,
  });
}
