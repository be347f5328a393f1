import {
  applyPlan,
  Planner,
  type ApplyPlace,
  type ApplyResult,
  type Assignment,
  type Candidate,
  type ProviderChanges,
} from "@durar/apply";
import { isRecord, valueAt } from "@durar/credential-surface";
import type { ProviderConfigInput, SecretsConfig, SecretsPlan } from "@durar/secretref-schema";
import { applyPlace } from "../changes/apply-place.ts";
import type { Surroundings } from "../console.ts";
import type { Installation } from "../installation.ts";
import type { OutputFile } from "../output-file.ts";
import { writePlan } from "../secrets/plan-file.ts";
import { version } from "../version.ts";

export interface SessionOptions {
  readonly allowExec: boolean;
  /** The agent whose store alone is looked at. @default every agent's */
  readonly agentId: string | undefined;
  /** What the plan is saved to whenever it changes. @default it is not */
  readonly output: OutputFile | undefined;
  /** Whether there may be no configuration yet. @default false */
  readonly mayCreateConfig?: boolean;
}

/** What was decided so far, and what about. It holds no value. */
export class Session {
  readonly installation: Installation;
  readonly surroundings: Surroundings;
  readonly options: SessionOptions;
  readonly place: ApplyPlace;
  readonly planner: Planner;
  readonly #upserts = new Map<string, ProviderConfigInput>();
  readonly #deletes = new Set<string>();
  readonly #decided = new Map<string, { readonly assignment: Assignment; readonly newValue: boolean }>();
  #isSaved = false;

  /** @throws ApplyError `APPLY_REFUSED` where a store cannot be read */
  constructor(installation: Installation, surroundings: Surroundings, options: SessionOptions) {
    this.installation = installation;
    this.surroundings = surroundings;
    this.options = options;
    this.place = { ...applyPlace(installation, surroundings), mayCreateConfig: options.mayCreateConfig };
    this.planner = new Planner(this.place);
  }

  /** The fields that can get a ref, of all stores that are looked at. */
  get candidates(): readonly Candidate[] {
    const { agentId } = this.options;
    return this.planner.candidates.filter(
      (candidate) =>
        agentId === undefined || candidate.agentId === undefined || candidate.agentId === agentId,
    );
  }

  get changes(): ProviderChanges {
    return { upserts: Object.fromEntries(this.#upserts), deletes: [...this.#deletes] };
  }

  /** The `secrets` block as it will be. */
  get secrets(): SecretsConfig {
    return this.planner.secrets(this.changes);
  }

  get assignments(): readonly Assignment[] {
    return [...this.#decided.values()].map(({ assignment }) => assignment);
  }

  get isEmpty(): boolean {
    return this.#decided.size + this.#upserts.size + this.#deletes.size === 0;
  }

  /** Whether a ref may yield another value than what it replaces, since the operator said so. */
  get acceptsNewValues(): boolean {
    return [...this.#decided.values()].some(({ newValue }) => newValue);
  }

  /** Where the plan has been saved; `undefined` where nothing was. */
  get savedTo(): string | undefined {
    return this.#isSaved ? this.options.output?.path : undefined;
  }

  get plan(): SecretsPlan {
    return this.planOf(this.assignments, this.changes);
  }

  planOf(assignments: readonly Assignment[], changes: ProviderChanges): SecretsPlan {
    return this.planner.build(assignments, changes, {
      generatedAt: new Date().toISOString(),
      generatedBy: `durar ${version}`,
    });
  }

  /** The settings of a provider as they are written, or will be. */
  writtenProvider(alias: string): Readonly<Record<string, unknown>> | undefined {
    const decided: unknown = this.#upserts.get(alias);
    if (isRecord(decided)) return decided;
    if (this.#deletes.has(alias)) return undefined;
    const written = valueAt(this.installation.config, ["secrets", "providers", alias]);
    return isRecord(written) ? written : undefined;
  }

  setProvider(alias: string, settings: ProviderConfigInput): void {
    this.#upserts.set(alias, settings);
    this.#deletes.delete(alias);
    this.#changed();
  }

  removeProvider(alias: string): void {
    this.#upserts.delete(alias);
    if (valueAt(this.installation.config, ["secrets", "providers", alias]) !== undefined)
      this.#deletes.add(alias);
    this.#changed();
  }

  assignmentOf(candidate: Candidate): Assignment | undefined {
    return this.#decided.get(keyOf(candidate))?.assignment;
  }

  /** @param newValue whether another value than the present one is meant to take its place */
  assign(assignment: Assignment, newValue: boolean): void {
    this.#decided.set(keyOf(assignment.candidate), { assignment, newValue });
    this.#changed();
  }

  /** What a plan would come to. Writes nothing. */
  dryRun(plan: SecretsPlan, acceptNewValues: boolean): Promise<ApplyResult> {
    return applyPlan({
      ...this.place,
      ...{ plan, mode: "dry-run", journal: this.installation.layout.journalFile, acceptNewValues },
      allowExec: this.options.allowExec,
      signal: this.surroundings.signal,
    });
  }

  #changed(): void {
    if (this.options.output === undefined) return;
    writePlan(this.options.output, this.plan);
    this.#isSaved = true;
  }
}

function keyOf({ file, path }: Candidate): string {
  return JSON.stringify([file, path]);
}
