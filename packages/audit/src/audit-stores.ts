import type { Place, SurfaceStore } from "@durar/credential-surface";
import { prepare, type Preparation } from "@durar/snapshot";
import { findIncludes, findProviderPlaintext, findSchemaFaults } from "./find-in-config.ts";
import { findInEnvFile, type EnvRefs } from "./find-in-env-file.ts";
import { findInModelsFile } from "./find-in-models-file.ts";
import { findKnownValues } from "./find-known-values.ts";
import { findLegacyCredentials, findOAuthProfiles } from "./find-legacy-credentials.ts";
import { findPlaintext, findSurfaceFaults, findUnresolved, placesOfLeftover } from "./find-in-surface.ts";
import { findShadowed } from "./find-shadowed.ts";
import { FindingList } from "./finding-list.ts";
import { loadStore, type LoadedDocument, type LoadedEnvFile } from "./load-store.ts";
import { statusOf, summarize } from "./report.ts";
import type { AuditOptions, AuditReport, AuditStore, NameRules } from "./types.ts";

const plainNames: NameRules = {
  isSecretVariable: () => false,
  isSensitiveHeader: () => true,
  isKeyMarker: () => false,
  isHeaderMarker: () => false,
  isModelsFileName: () => false,
  canonicalProvider: (name) => name,
};

/**
 * Finds every plaintext credential, every ref that does not resolve, and every residue in a set of stores, each with
 * its position. Reads only: it creates, changes and locks nothing, and runs exec providers only when allowed.
 *
 * @throws the signal's reason, once it aborts
 */
export async function auditStores(options: AuditOptions): Promise<AuditReport> {
  const { surface, stores, environment, allowExec = false, root, signal } = options;
  const names: NameRules = { ...plainNames, ...options.names };
  const findings = new FindingList(root);
  const scan = await scanStores(options, names, findings);

  const config = scan.documents.find(({ store }) => store.kind === "config");
  const surfaceStores = new Map(scan.documents.map((document) => [surfaceStore(document), document]));
  const documentOf = ({ store }: Pick<Place, "store">): LoadedDocument =>
    surfaceStores.get(store) ?? missing(store);
  const preparation = await prepare({
    surface,
    stores: [...surfaceStores.keys()],
    providers: options.providers,
    environment,
    checkOnly: allowExec ? [] : ["exec"],
    includeInactive: true,
    signal,
  });
  signal?.throwIfAborted();

  const incomplete = config === undefined || findIncludes(config, findings) || scan.unreadable;
  if (config !== undefined) {
    findSchemaFaults(schemaIssues(options, config, preparation), config, findings);
    findProviderPlaintext(config, names, findings);
  }
  for (const [document, places] of groupPlaces(preparation, documentOf))
    findPlaintext(places, document, names, findings);
  for (const document of scan.leftovers)
    findPlaintext(placesOfLeftover(surface, document), document, names, findings);
  findUnresolved(preparation, documentOf, findings);
  findSurfaceFaults(preparation, documentOf, findings);
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
  const resolvabilityComplete = skippedExecRefs === 0 && !incomplete;
  const report = {
    version: 1 as const,
    configFile: stores.find(({ kind, leftover }) => kind === "config" && leftover !== true)?.path ?? "",
    resolution: { refsChecked: preparation.refsChecked, skippedExecRefs, resolvabilityComplete },
    filesScanned,
    summary: summarize(sorted),
    findings: sorted,
  };
  return { version: 1, status: statusOf(report), ...report };
}

interface Scan {
  /** Stores whose places are the surface's. */
  readonly documents: LoadedDocument[];
  /** Old copies of such stores. */
  readonly leftovers: LoadedDocument[];
  readonly envFiles: LoadedEnvFile[];
  /** Old copies that do not parse. */
  readonly texts: { readonly store: AuditStore; readonly text: string }[];
  unreadable: boolean;
}

/** How many files are read between two breaths, in which signals and progress are seen to. */
const stretch = 64;

async function scanStores(
  { stores, onProgress, signal }: AuditOptions,
  names: NameRules,
  findings: FindingList,
): Promise<Scan> {
  const scan: Scan = { documents: [], leftovers: [], envFiles: [], texts: [], unreadable: false };
  for (const [index, store] of stores.entries()) {
    if (index % stretch === stretch - 1) {
      onProgress?.(index, stores.length);
      await new Promise((done) => setImmediate(done));
    }
    signal?.throwIfAborted();
    const loaded = loadStore(store, findings);
    if (loaded.kind === "unreadable") scan.unreadable = true;
    else if (loaded.kind === "text") scan.texts.push({ store, text: loaded.text });
    else if (loaded.kind === "env") scan.envFiles.push(loaded.env);
    else if (store.kind === "models") findInModelsFile(loaded.document, names, findings);
    else if (store.kind === "legacy-auth") findLegacyCredentials(loaded.document, findings);
    else (store.leftover === true ? scan.leftovers : scan.documents).push(loaded.document);
  }
  onProgress?.(stores.length, stores.length);
  return scan;
}

function surfaceStore({ store, value }: LoadedDocument): SurfaceStore {
  return { kind: store.kind, agentId: store.agentId, activity: store.activity, value };
}

function missing(store: SurfaceStore): never {
  throw new TypeError(`a place lies in a ${store.kind} store that was not handed in`);
}

function schemaIssues({ validateConfig }: AuditOptions, config: LoadedDocument, preparation: Preparation) {
  if (validateConfig !== undefined) return validateConfig(config.value);
  return preparation.secretsIssues.map(({ path, rule }) => ({ path: ["secrets", ...path], rule }));
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
