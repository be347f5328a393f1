import { formatPath, type SurfaceStore } from "@durar/credential-surface";
import { printable, type SecretSource } from "@durar/secretref-schema";
import { prepare, type Preparation } from "@durar/snapshot";
import type { AuditContext } from "./context.ts";
import { findConfigFaults } from "./find-config-faults.ts";
import { findIncludes } from "./find-in-config.ts";
import { findInModelsFile } from "./find-in-models-file.ts";
import { findLegacyCredentials } from "./find-legacy-credentials.ts";
import { findMalformedRefs, findUnresolved } from "./find-unresolved.ts";
import { loadStore, type DocumentOf, type LoadedDocument, type LoadedEnvFile } from "./load-store.ts";
import type { AuditOptions, AuditStore, AuditWarning } from "./types.ts";

/** What all stores hold, and what their refs came to; the faults of both are among the findings. */
export interface Inspection {
  readonly scan: Scan;
  readonly preparation: Preparation;
  /** The configuration; `undefined` where it could not be read. */
  readonly config: LoadedDocument | undefined;
  readonly documentOf: DocumentOf;
  /** Whether every store was read. */
  readonly complete: boolean;
  readonly warnings: readonly AuditWarning[];
}

/** Reads all stores, resolves their refs, and reports whatever is unreadable, invalid or unresolved. */
export async function inspectStores(
  options: AuditOptions,
  checkOnly: readonly SecretSource[],
  context: AuditContext,
): Promise<Inspection> {
  const { surface, providers, environment, signal } = options;
  const { findings } = context;
  const scan = await scanStores(options, context);
  const config = scan.documents.find(({ store }) => store.kind === "config");
  const documents = new Map(scan.documents.map((document) => [surfaceStore(document), document]));
  const documentOf: DocumentOf = ({ store }) => documents.get(store) ?? missing(store);
  const preparation = await prepare({
    surface,
    // Rules may count on there being a configuration.
    stores: config === undefined ? [...documents.keys(), noConfig] : [...documents.keys()],
    providers,
    environment,
    checkOnly,
    includeInactive: true,
    signal,
  }).then(withoutFaultsOfNoConfig);
  signal?.throwIfAborted();

  const includes = config !== undefined && findIncludes(config, findings);
  const issues = config === undefined ? [] : (options.validateConfig?.(config.value) ?? []);
  findConfigFaults(issues, preparation, config, documentOf, findings);
  findMalformedRefs(preparation, documentOf, findings);
  // Without the configuration nobody knows which providers there are.
  if (config !== undefined) findUnresolved(preparation, documentOf, findings);
  return {
    scan,
    preparation,
    config,
    documentOf,
    complete: config !== undefined && !includes && !scan.unreadable,
    warnings: warningsOf(preparation, config, documentOf),
  };
}

/** Stands in for a configuration that could not be read. What rules say of it is of no interest. */
const noConfig: SurfaceStore = Object.freeze({ kind: "config", value: Object.freeze({}) });

function withoutFaultsOfNoConfig(preparation: Preparation): Preparation {
  const isReal = ({ store }: { readonly store?: SurfaceStore | undefined }): boolean => store !== noConfig;
  return {
    ...preparation,
    surfaceIssues: preparation.surfaceIssues.filter(isReal),
    violations: preparation.violations.filter(isReal),
    warnings: preparation.warnings.filter(isReal),
  };
}

function warningsOf(
  { warnings }: Preparation,
  config: LoadedDocument | undefined,
  documentOf: DocumentOf,
): AuditWarning[] {
  return warnings.map(({ code, message, store, path = [] }) => {
    const document = store === undefined ? config : documentOf({ store });
    const position = document?.locate(path) ?? { line: 1, column: 1 };
    return {
      code,
      message: printable(message),
      file: document?.store.path ?? "",
      ...position,
      path: formatPath(path),
    };
  });
}

/** What was read, sorted by what is to be done with it. */
export interface Scan {
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
  context: AuditContext,
): Promise<Scan> {
  const scan: Scan = { documents: [], leftovers: [], envFiles: [], texts: [], unreadable: false };
  for (const [index, store] of stores.entries()) {
    if (index % stretch === stretch - 1) {
      onProgress?.(index, stores.length);
      await new Promise((done) => setImmediate(done));
    }
    signal?.throwIfAborted();
    const loaded = loadStore(store, context.findings);
    if (loaded.kind === "unreadable") scan.unreadable = true;
    else if (loaded.kind === "text") scan.texts.push({ store, text: loaded.text });
    else if (loaded.kind === "env") scan.envFiles.push(loaded.env);
    else if (loaded.kind === "document") sortDocument(loaded.document, scan, context);
  }
  onProgress?.(stores.length, stores.length);
  return scan;
}

/** Stores that hold no refs are searched at once, and need not be kept. */
function sortDocument(document: LoadedDocument, scan: Scan, context: AuditContext): void {
  const { kind, leftover } = document.store;
  if (kind === "models") findInModelsFile(document, context);
  else if (kind === "legacy-auth") findLegacyCredentials(document, context);
  else (leftover === true ? scan.leftovers : scan.documents).push(document);
}

function surfaceStore({ store, value }: LoadedDocument): SurfaceStore {
  return { kind: store.kind, agentId: store.agentId, activity: store.activity, value };
}

function missing(store: SurfaceStore): never {
  throw new TypeError(`a place lies in a ${store.kind} store that was not handed in`);
}
