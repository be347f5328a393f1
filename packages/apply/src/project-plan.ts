import { aboutPlace } from "@durar/audit";
import { examineFiles, type FileChange } from "@durar/file-commit";
import { findProvider, type DurarError, type Environment } from "@durar/secretref-schema";
import type { Preparation, PreparedEntry } from "@durar/snapshot";
import { checkProjection } from "./check/check-projection.ts";
import { readContract, type Contract } from "./contract/read-contract.ts";
import { changesOf, environmentOf, unchangedBy, type ReadFile } from "./drafts/desk-changes.ts";
import { documentsOf, envFilesOf, layOut, type Desk } from "./drafts/desk.ts";
import { applyError, throwReasons } from "./errors.ts";
import type { FileDestination } from "./moves/file-destination.ts";
import type { Move } from "./moves/moves.ts";
import { planMoves } from "./moves/plan-moves.ts";
import { withMovedValues } from "./moves/with-moved-values.ts";
import { includesIn, projectDocuments, type ProjectedStore } from "./project/documents.ts";
import { editProviders } from "./project/edit-providers.ts";
import { editTargets } from "./project/edit-targets.ts";
import { findRemains } from "./scrub/find-remains.ts";
import { migratedBy, type MigratedValues } from "./scrub/migrated.ts";
import { missingVariables } from "./scrub/missing-variables.ts";
import { allRefs, namesInModels, namesMentioned, namesRead } from "./scrub/names-read.ts";
import { scrubEnvFiles } from "./scrub/scrub-env-files.ts";
import { coveringValues, scrubLegacy } from "./scrub/scrub-legacy.ts";
import { scrubLeftovers } from "./scrub/scrub-leftovers.ts";
import { scrubModels } from "./scrub/scrub-models.ts";
import { scrubProfiles } from "./scrub/scrub-profiles.ts";
import { VariableReaders } from "./scrub/variable-readers.ts";
import { warningsOf } from "./surface-warnings.ts";
import type { ApplyOptions, ApplyWarning, Edit } from "./types.ts";

/** Everything that a plan comes to, checked and ready to be written. It holds secrets: the texts of files. */
export interface ProjectedPlan {
  readonly contract: Contract;
  readonly moves: readonly Move[];
  /** Files of providers that get moved values; they are written first. */
  readonly destinations: readonly FileDestination[];
  readonly changes: readonly FileChange[];
  /** Stores that stay as they are, with what was read: the plan was checked with them. */
  readonly unchanged: readonly ReadFile[];
  readonly edits: readonly Edit[];
  readonly environment: Environment;
  readonly preparation: Preparation;
  /** Whether documents take in others, which are not followed. */
  readonly hasIncludes: boolean;
  readonly warnings: readonly ApplyWarning[];
}

/**
 * Reads every file, makes the changes of a plan in memory, scrubs, and checks what comes of it. Writes nothing.
 *
 * @param consent called once the plan is known to be sound; what it throws is passed on, and nothing was run yet
 * @throws ApplyError with every reason
 */
export async function projectPlan(
  options: ApplyOptions,
  consent: (contract: Contract) => void,
): Promise<ProjectedPlan> {
  const { plan: written, surface, signal } = options;
  const desk = layOut(options);
  const contract = readContract(written, desk, options);
  const { plan, targets, secrets } = contract;
  const {
    scrubEnv = true,
    scrubAuthProfilesForProviderTargets = true,
    scrubLegacyAuthJson = true,
  } = plan.options ?? {};
  const canonical = options.names?.canonicalProvider ?? ((name: string) => name);

  const present = environmentOf(desk, options);
  const { moves, destinations } = await planMoves(contract, desk, { environment: present, signal });
  consent(contract);
  editTargets(targets);
  editProviders(plan, desk.config.draft);
  const migrated = migratedBy(contract, desk, present, options);
  if (scrubAuthProfilesForProviderTargets) scrubProfiles(desk, surface, migrated, canonical);
  const stores = projectDocuments(desk);
  const surfaceStores = stores.map(({ surfaceStore }) => surfaceStore);
  const refs = allRefs(surface, surfaceStores, secrets);
  throwReasons("PLAN_INVALID", neededProviders(contract, refs));
  const readers = readersOf({ desk, contract, stores, refs, migrated }, options);
  const kept = scrubEnv ? scrubEnvFiles(desk.envFiles, migrated, readers) : [];

  const environment = environmentOf(desk, options);
  const providers = withMovedValues(options.providers, moves);
  const preparation = await checkProjection({ contract, stores, environment, providers }, options);

  scrubModels(desk, migrated, canonical);
  scrubLeftovers(desk, surface, migrated);
  const covered = coveringValues(preparation.entries, (entry) => ownerOf(entry, canonical));
  const legacy = scrubLegacyAuthJson ? scrubLegacy(desk, covered, canonical) : [];
  const changes = changesOf(desk);
  const files = [...destinations, ...changes].map(({ path }) => path);
  // As the commit will, but before a value is moved.
  if (files.length > 0) await examineFiles(files, { journal: options.journal });
  return {
    ...{ contract, moves, destinations, changes, environment, preparation },
    unchanged: unchangedBy(changes, desk),
    hasIncludes: includesIn(stores),
    edits: [...destinations, ...documentsOf(desk), ...envFilesOf(desk)].flatMap(({ edits }) =>
      edits.toSorted((one, other) => one.line - other.line),
    ),
    warnings: [
      ...kept,
      ...legacy,
      ...findRemains(desk, migrated, readers),
      ...warningsOf(preparation, stores),
    ],
  };
}

interface ProjectedDocuments {
  readonly desk: Desk;
  readonly contract: Contract;
  readonly stores: readonly ProjectedStore[];
  readonly refs: ReturnType<typeof allRefs>;
  readonly migrated: MigratedValues;
}

/** What reads variables in the projected state. */
function readersOf(
  { desk, contract: { secrets }, stores, refs, migrated }: ProjectedDocuments,
  options: ApplyOptions,
): VariableReaders {
  const values = stores.map(({ surfaceStore }) => surfaceStore.value as object);
  const names = new Set([
    ...namesRead(refs, secrets),
    ...values.flatMap((value) => [...namesMentioned(value)]),
    ...desk.models.flatMap(({ draft }) => [...namesInModels(draft.value)]),
  ]);
  const mayBeIncluded = includesIn(stores);
  const { surface } = options;
  const { defaults } = secrets;
  const environment = environmentOf(desk, options);
  return new VariableReaders(
    (name) => mayBeIncluded || names.has(name),
    missingVariables({ surface, stores, defaults, environment, migrated }),
  );
}

/** The providers that a plan deletes although a ref or a default still names them. */
function neededProviders(
  { plan: { providerDeletes = [] }, secrets }: Contract,
  refs: ReturnType<typeof allRefs>,
): DurarError[] {
  return providerDeletes.flatMap((alias) => {
    const path = `secrets.providers.${alias}`;
    const needed = refs.some((ref) => ref.provider === alias && !findProvider(secrets, ref).ok);
    const isDefault =
      !secrets.providers.has(alias) && Object.values(secrets.defaults).includes(alias) && alias !== "default";
    if (!needed && !isDefault) return [];
    const why = needed
      ? "is deleted, and a ref still names it"
      : "is deleted, and secrets.defaults still names it";
    return [applyError("PLAN_PROVIDER_INVALID", `provider "${alias}" ${why}`, { paths: [path] })];
  });
}

function ownerOf({ place }: PreparedEntry, canonical: (name: string) => string): string | undefined {
  const { provider } = aboutPlace(place);
  return provider === undefined ? undefined : canonical(provider);
}
