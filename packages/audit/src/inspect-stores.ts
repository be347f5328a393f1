import { formatPath, type Place, type SurfaceStore } from "@durar/credential-surface";
import { printable, type SchemaIssue, type SecretSource } from "@durar/secretref-schema";
import { prepare, type Preparation } from "@durar/snapshot";
import { findIncludes, findSchemaFaults } from "./find-in-config.ts";
import { findInModelsFile } from "./find-in-models-file.ts";
import { findLegacyCredentials } from "./find-legacy-credentials.ts";
import { findSurfaceFaults, findUnresolved } from "./find-in-surface.ts";
import type { FindingList } from "./finding-list.ts";
import { loadStore, type LoadedDocument, type LoadedEnvFile } from "./load-store.ts";
import type { AuditOptions, AuditStore, AuditWarning, NameRules } from "./types.ts";

/** What all stores hold, and what their refs came to; the faults of both are among the findings. */
export interface Inspection {
  readonly scan: Scan;
  readonly preparation: Preparation;
  /** The configuration; `undefined` where it could not be read. */
  readonly config: LoadedDocument | undefined;
  readonly documentOf: (place: Pick<Place, "store">) => LoadedDocument;
  /** Whether every store was read. */
  readonly complete: boolean;
  readonly warnings: readonly AuditWarning[];
}

/** Reads all stores, resolves their refs, and reports whatever is unreadable, invalid or unresolved. */
export async function inspectStores(
  options: AuditOptions,
  checkOnly: readonly SecretSource[],
  names: NameRules,
  findings: FindingList,
): Promise<Inspection> {
  const { surface, providers, environment, signal } = options;
  const scan = await scanStores(options, names, findings);
  const config = scan.documents.find(({ store }) => store.kind === "config");
  const surfaceStores = new Map(scan.documents.map((document) => [surfaceStore(document), document]));
  const documentOf = ({ store }: Pick<Place, "store">): LoadedDocument =>
    surfaceStores.get(store) ?? missing(store);
  const stores = [...surfaceStores.keys()];
  const preparation = await prepare({
    surface,
    stores,
    providers,
    environment,
    checkOnly,
    includeInactive: true,
    signal,
  });
  signal?.throwIfAborted();

  const includes = config !== undefined && findIncludes(config, findings);
  if (config !== undefined) findSchemaFaults(schemaIssues(options, config, preparation), config, findings);
  findUnresolved(preparation, documentOf, findings);
  findSurfaceFaults(preparation, documentOf, findings);
  const complete = config !== undefined && !includes && !scan.unreadable;
  return {
    scan,
    preparation,
    config,
    documentOf,
    complete,
    warnings: warningsOf(preparation, config, documentOf),
  };
}

function warningsOf(
  { warnings }: Preparation,
  config: LoadedDocument | undefined,
  documentOf: Inspection["documentOf"],
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

function schemaIssues(
  { validateConfig }: AuditOptions,
  config: LoadedDocument,
  preparation: Preparation,
): readonly SchemaIssue[] {
  if (validateConfig !== undefined) return validateConfig(config.value);
  return preparation.secretsIssues.map(({ path, rule }) => ({ path: ["secrets", ...path], rule }));
}
