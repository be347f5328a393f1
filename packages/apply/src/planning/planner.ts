import { isForbiddenSegment, matchesPattern, parsePath, type Path } from "@durar/credential-surface";
import type { Environment, SecretsConfig, SecretsPlan } from "@durar/secretref-schema";
import { secretsAfter, type ProviderChanges } from "../contract/secrets-after.ts";
import { layOut, type Desk } from "../drafts/desk.ts";
import type { ApplyPlace } from "../types.ts";
import { buildPlan } from "./build-plan.ts";
import type { Assignment, Candidate, Unmapped } from "./candidate.ts";
import { listCandidates } from "./list-candidates.ts";
import { mapPlaintext, type Destination } from "./map-plaintext.ts";
import { suggestPointer, suggestVariables } from "./suggest-id.ts";

/** Makes plans for the files as they are. Reads only; what it answers holds no value. */
export class Planner {
  readonly #place: ApplyPlace;
  readonly #desk: Desk;
  readonly #environment: Environment;
  /** Every field that holds a credential, or could. */
  readonly candidates: readonly Candidate[];

  /** @throws ApplyError `APPLY_REFUSED` where a store cannot be read */
  constructor(place: ApplyPlace) {
    this.#place = place;
    this.#desk = layOut(place);
    this.#environment = place.mergeEnvironment(this.#desk.envFiles.map(({ file }) => file.toRecord()));
    this.candidates = listCandidates(this.#desk.documents, place, this.secrets(), this.#environment);
  }

  /** The `secrets` block as it will be with these changes. */
  secrets(changes?: ProviderChanges): SecretsConfig {
    return secretsAfter(this.#desk.config.draft, changes);
  }

  /** The field at a path, also one that is not there yet; `undefined` where the surface has none. */
  find(path: string | Path, agentId?: string): Candidate | undefined {
    const segments = typeof path === "string" ? parsePath(path) : path;
    if (segments === undefined || segments.some(isForbiddenSegment)) return undefined;
    const text = JSON.stringify(segments);
    const present = this.candidates.find(
      (candidate) => JSON.stringify(candidate.path) === text && candidate.agentId === agentId,
    );
    return present ?? this.#unset(segments, agentId);
  }

  /** What a ref of this provider could be called for a field, the best first. */
  suggestIds(candidate: Candidate, source: "env" | "file"): readonly string[] {
    const document = this.#documentOf(candidate);
    if (source === "env") return suggestVariables(candidate, document, this.#customary(candidate));
    const pointer = suggestPointer(candidate, document);
    return pointer === undefined ? [] : [pointer];
  }

  /** Finds a ref for every plaintext field, or says why there is none. */
  mapPlaintext(
    destination: Destination,
    { agentId, changes }: { readonly agentId?: string | undefined; readonly changes?: ProviderChanges } = {},
  ): { readonly assignments: readonly Assignment[]; readonly unmapped: readonly Unmapped[] } {
    const meant = this.candidates.filter(
      (candidate) =>
        agentId === undefined || candidate.agentId === undefined || candidate.agentId === agentId,
    );
    return mapPlaintext(meant, destination, {
      secrets: this.secrets(changes),
      environment: this.#environment,
      valueOf: (candidate) => this.#valueOf(candidate),
      documentOf: (candidate) => this.#documentOf(candidate),
      customaryVariables: (candidate) => this.#customary(candidate),
      canBeSet: (name) => this.#place.mergeEnvironment([{ [name]: name }])[name] === name,
    });
  }

  /** The plan of these assignments and changes, with what each field holds now as its expectation. */
  build(
    assignments: readonly Assignment[],
    changes: ProviderChanges,
    made: Pick<SecretsPlan, "generatedAt" | "generatedBy">,
  ): SecretsPlan {
    return buildPlan(assignments, changes, made);
  }

  #unset(path: Path, agentId: string | undefined): Candidate | undefined {
    const target = this.#place.surface.targets.find(
      ({ pattern, store }) =>
        matchesPattern(pattern, path) && (store === "config") === (agentId === undefined),
    );
    if (target === undefined) return undefined;
    const store = this.#desk.documents.find(
      (one) => one.store.kind === target.store && one.store.agentId === agentId,
    );
    const file =
      store?.draft.file.path ?? (agentId === undefined ? undefined : this.#place.profilesFile?.(agentId));
    if (file === undefined) return undefined;
    const { profileType, providerSegment } = target;
    const isNewProfile = profileType !== undefined && store?.draft.at(path.slice(0, -1)) === undefined;
    // By custom a profile is named after its provider: `openai:default`.
    const provider = profileType === undefined ? undefined : path.at(-2)?.split(":")[0];
    return {
      ...{ target, file, path, agentId, isNewProfile, state: "unset", ref: undefined },
      line: store?.draft.lineOf(path) ?? 1,
      provider: providerSegment === undefined ? provider : path[providerSegment],
      activity: { active: true, reason: "nothing is configured here yet" },
    };
  }

  #documentOf({ file }: Candidate): unknown {
    return this.#desk.documents.find(({ draft }) => draft.file.path === file)?.draft.value;
  }

  #valueOf(candidate: Candidate): unknown {
    return this.#desk.documents
      .find(({ draft }) => draft.file.path === candidate.file)
      ?.draft.at(candidate.path);
  }

  #customary({ target, path, provider }: Candidate): readonly string[] {
    return this.#place.variablesOf?.({ targetId: target.id, path, provider }) ?? [];
  }
}
