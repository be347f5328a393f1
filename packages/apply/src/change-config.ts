import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { JsonValue } from "@durar/config-document";
import {
  formatPath,
  matchesPattern,
  valueAt,
  type Path,
  type Place,
  type Surface,
} from "@durar/credential-surface";
import { examineFiles } from "@durar/file-commit";
import {
  formatRef,
  parseSecretInput,
  refKey,
  refsIn,
  type DurarError,
  type ProviderConfigInput,
  type SecretDefaults,
} from "@durar/secretref-schema";
import type { Preparation } from "@durar/snapshot";
import { checkState } from "./check/check-state.ts";
import { commitStores, refuseChanged } from "./commit-stores.ts";
import { secretsAfter } from "./contract/secrets-after.ts";
import { changesOf, environmentOf, unchangedBy } from "./drafts/desk-changes.ts";
import { layOut } from "./drafts/desk.ts";
import type { DocumentDraft } from "./drafts/document-draft.ts";
import { MASK } from "./drafts/shown-value.ts";
import { execNotAllowed } from "./errors.ts";
import { includesIn, projectDocuments } from "./project/documents.ts";
import { editProviders } from "./project/edit-providers.ts";
import { resultOf } from "./result.ts";
import { warningsOf } from "./surface-warnings.ts";
import type { ApplyPlace, ApplyResult } from "./types.ts";

/** What is to stand at a path of the configuration. */
export interface FieldChange {
  readonly path: Path;
  /** A setting, a ref, or plaintext as it is written: see `escapeTemplate` of `@durar/secretref-schema`. */
  readonly value: JsonValue;
}

export interface ChangeConfigOptions extends ApplyPlace {
  readonly fields: readonly FieldChange[];
  /** Providers that are added or changed with them, by alias. @default none */
  readonly providerUpserts?: Readonly<Record<string, ProviderConfigInput>> | undefined;
  /** Fields that stay as they are and whose refs must resolve, in use or not, as those of `fields` must. @default none */
  readonly keep?: readonly Path[] | undefined;
  /** `dry-run` checks all that `write` checks, and writes nothing. */
  readonly mode: "dry-run" | "write";
  /** The journal of the commit: an absolute path. */
  readonly journal: string;
  /** Whether exec providers may run; they do only where the change itself has to do with exec. @default false */
  readonly allowExec?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sets fields of the configuration, plaintext too, which no plan may hold: edited in its text, checked as a server would
 * that starts on the result, and only then written. A field that says the same already is left as it is written.
 *
 * @throws ApplyError `APPLY_REFUSED` with every reason; SecretRefError `SECRET_EXEC_NOT_ALLOWED` where exec refs are to be
 * written and may not run; a `COMMIT_*` error of `@durar/file-commit`; and the configuration is as it was
 */
export async function changeConfig(options: ChangeConfigOptions): Promise<ApplyResult> {
  const { fields, providerUpserts = {}, keep = [], mode, surface, providers, journal, signal } = options;
  const desk = layOut(options);
  const { draft } = desk.config;
  const { defaults } = secretsAfter(draft, { upserts: providerUpserts, deletes: [] });
  for (const field of fields) setField(field, draft, surface, defaults);
  editProviders({ providerUpserts }, draft);
  const stores = projectDocuments(desk);
  const environment = environmentOf(desk, options);

  const asked = [...fields.map(({ path }) => path), ...keep];
  const config = stores.find(({ place }) => place === desk.config)?.surfaceStore;
  const isAsked = ({ store, path }: Place): boolean =>
    store === config && asked.some((one) => formatPath(one) === formatPath(path));
  const isExec = ({ source }: { readonly source: string }): boolean => source === "exec";
  const needsExec =
    Object.values(providerUpserts).some(isExec) ||
    asked.some((path) => refsIn(parseSecretInput(valueAt(config?.value, path), { defaults })).some(isExec));
  const runsExec = options.allowExec === true && needsExec;
  if (mode === "write" && needsExec && !runsExec) throw execNotAllowed("what is to be written");
  const preparation = await checkState(
    {
      ...{ stores, environment, providers, runsExec, isWanted: isAsked },
      problems: (prepared) => failuresOf(prepared, isAsked),
    },
    options,
  );
  const changes = changesOf(desk);
  const files = changes.map(({ path }) => path);
  // As the commit will. Where a directory is still to be made, there is nothing to look at yet.
  if (files.length > 0 && [journal, ...files].every((path) => existsSync(dirname(path))))
    await examineFiles(files, { journal });
  if (mode === "write") refuseChanged(unchangedBy(changes, desk));
  const changedFiles = mode === "write" ? await commitStores(changes, { journal, signal }) : files;
  return resultOf(mode, changedFiles, {
    ...{ edits: draft.edits, preparation, hasIncludes: includesIn(stores) },
    warnings: warningsOf(preparation, stores),
  });
}

function setField(
  { path, value }: FieldChange,
  draft: DocumentDraft,
  { targets }: Surface,
  defaults: SecretDefaults,
): void {
  const present = parseSecretInput(draft.at(path), { defaults });
  const wanted = parseSecretInput(value, { defaults });
  if (wanted.kind === "ref") {
    // Written in another way, it means the same.
    if (present.kind === "ref" && refKey(present.ref) === refKey(wanted.ref)) return;
    return draft.set(path, value, "set-ref", formatRef(wanted.ref));
  }
  if (draft.at(path) === value) return;
  const isCredential = targets.some(
    ({ store, pattern }) => store === "config" && matchesPattern(pattern, path),
  );
  draft.set(path, value, "set-value", isCredential ? MASK : JSON.stringify(value));
}

/** Refs that were asked for although they are not in use block nothing of themselves. */
function failuresOf({ entries }: Preparation, isAsked: (place: Place) => boolean): readonly DurarError[] {
  return entries.flatMap(({ place, outcome }) =>
    outcome.kind === "failed" && isAsked(place)
      ? outcome.errors.map((error) => {
          const { source, provider, id } = error;
          return error.with({ source, provider, id, paths: [formatPath(place.path)] });
        })
      : [],
  );
}
