import type { Place } from "@durar/credential-surface";
import type { Preparation } from "@durar/snapshot";
import { findProviderPlaintext } from "./find-in-config.ts";
import { findInEnvFile, type EnvRefs } from "./find-in-env-file.ts";
import { findKnownValues } from "./find-known-values.ts";
import { findOAuthProfiles } from "./find-legacy-credentials.ts";
import { findPlaintext, placesOfLeftover } from "./find-in-surface.ts";
import { findShadowed } from "./find-shadowed.ts";
import { FindingList } from "./finding-list.ts";
import { inspectStores } from "./inspect-stores.ts";
import type { LoadedDocument, LoadedEnvFile } from "./load-store.ts";
import { nameRules } from "./name-rules.ts";
import { statusOf, summarize } from "./report.ts";
import type { AuditOptions, AuditReport, NameRules } from "./types.ts";

/**
 * Finds every plaintext credential, every ref that does not resolve, and every residue in a set of stores, each with
 * its position. Reads only: it creates, changes and locks nothing, and runs exec providers only when allowed.
 *
 * @throws the signal's reason, once it aborts
 */
export async function auditStores(options: AuditOptions): Promise<AuditReport> {
  const { surface, stores, allowExec = false, root } = options;
  const names = nameRules(options.names);
  const findings = new FindingList(root);
  const inspection = await inspectStores(options, allowExec ? [] : ["exec"], names, findings);
  const { scan, preparation, config, documentOf } = inspection;

  if (config !== undefined) findProviderPlaintext(config, names, findings);
  for (const [document, places] of groupPlaces(preparation, documentOf))
    findPlaintext(places, document, names, findings);
  for (const document of scan.leftovers)
    findPlaintext(placesOfLeftover(surface, document), document, names, findings);
  const profileStores = scan.documents.filter(({ store }) => store.kind === "auth-profiles");
  findShadowed(preparation.entries, profileStores, names, findings);
  for (const document of profileStores) findOAuthProfiles(document, findings);
  findInEnvFiles(scan.envFiles, envRefs(preparation), names, findings);
  const values = knownValues(preparation);
  for (const { store, text } of scan.texts) findKnownValues(store, text, values, findings);
  if (options.interruptedCommit !== undefined) reportInterrupted(options.interruptedCommit, findings);

  const filesScanned = stores.map(({ path }) => path);
  const sorted = findings.sorted(filesScanned);
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

function groupPlaces(
  { entries }: Preparation,
  documentOf: (place: Place) => LoadedDocument,
): ReadonlyMap<LoadedDocument, readonly Place[]> {
  const groups = new Map<LoadedDocument, Place[]>();
  for (const { place } of entries) {
    const document = documentOf(place);
    const places = groups.get(document) ?? [];
    groups.set(document, places);
    places.push(place);
  }
  return groups;
}

function envRefs({ entries }: Preparation): EnvRefs {
  const named = new Set<string>();
  const live = new Set<string>();
  for (const { place, activity } of entries) {
    const refs =
      place.input.kind === "ref"
        ? [place.input.ref]
        : place.input.kind === "template"
          ? place.input.refs
          : [];
    for (const { source, id } of refs) {
      if (source !== "env") continue;
      named.add(id);
      if (activity.active) live.add(id);
    }
  }
  return { named, live };
}

/** The files come in order of precedence; a name that an earlier one provides is not read from a later one. */
function findInEnvFiles(
  envFiles: readonly LoadedEnvFile[],
  refs: EnvRefs,
  names: NameRules,
  findings: FindingList,
): void {
  const provided = new Set<string>();
  for (const env of envFiles) {
    findInEnvFile(env, refs, provided, names, findings);
    if (env.store.leftover === true) continue;
    for (const [name, value] of Object.entries(env.file.toRecord()))
      if (value.trim() !== "") provided.add(name);
  }
}

/** The text of every credential that is known, to be searched for in what cannot be parsed. */
function knownValues({ entries }: Preparation): ReadonlySet<string> {
  const values = entries.flatMap(({ outcome }) =>
    outcome.kind === "plaintext" || outcome.kind === "resolved" ? [outcome.value.reveal()] : [],
  );
  return new Set(values.filter((value) => typeof value === "string"));
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
