import { nameRules, plaintextAt } from "@durar/audit";
import {
  findUnset,
  formatPath,
  surveySurface,
  valueAt,
  type Path,
  type Place,
  type SurfaceStore,
} from "@durar/credential-surface";
import type { Environment, SecretsConfig } from "@durar/secretref-schema";
import { profileProvider } from "../contract/field-state.ts";
import type { DocumentStore } from "../drafts/desk.ts";
import type { ApplyPlace } from "../types.ts";
import type { Candidate, CandidateState } from "./candidate.ts";

/** Every field that holds a credential, or could, by store and then in the order of the surface. */
export function listCandidates(
  documents: readonly DocumentStore[],
  { surface, names }: ApplyPlace,
  { defaults }: SecretsConfig,
  environment: Environment,
): readonly Candidate[] {
  const rules = nameRules(names);
  const byStore = new Map<SurfaceStore, DocumentStore>(
    documents.map((document) => {
      const { kind, agentId, activity } = document.store;
      return [{ kind, agentId, activity, value: document.draft.value }, document];
    }),
  );
  const { entries } = surveySurface(surface, { stores: [...byStore.keys()], environment, defaults });
  const isCredential = (path: Path, value: unknown): boolean =>
    typeof value === "object" || plaintextAt(path, value, rules) !== undefined;

  const present = entries.map(({ place, activity }): Candidate => {
    const { input, overridden } = place;
    const own = overridden ?? input;
    const state: CandidateState =
      own.kind === "plaintext"
        ? // As it is written: read once more, an escaped template would be one.
          isCredential(place.path, valueAt(place.store.value, place.path))
          ? "plaintext"
          : "setting"
        : stateOf(input.kind);
    return {
      ...locate(place, byStore),
      state,
      ref: input.kind === "ref" ? input.ref : undefined,
      activity,
    };
  });
  const absent = [...byStore.keys()].flatMap((store) =>
    findUnset(surface, store).map((field): Candidate => {
      const activity = { active: true, reason: "nothing is configured here yet" };
      return { ...locate(field, byStore), state: "unset", ref: undefined, activity };
    }),
  );
  const order = documents.map(({ draft }) => draft.file.path);
  return [...present, ...absent].sort(
    (one, other) => order.indexOf(one.file) - order.indexOf(other.file) || compare(one, other),
  );
}

function stateOf(kind: Place["input"]["kind"]): CandidateState {
  return kind === "absent" || kind === "empty" ? "unset" : kind;
}

function locate(
  { target, store, path }: Pick<Place, "target" | "store" | "path">,
  documents: ReadonlyMap<SurfaceStore, DocumentStore>,
): Pick<Candidate, "target" | "file" | "line" | "path" | "agentId" | "provider" | "isNewProfile"> {
  const draft = documents.get(store)?.draft;
  const { profileType, providerSegment } = target;
  const segment = providerSegment === undefined ? undefined : path[providerSegment];
  return {
    target,
    file: draft?.file.path ?? "",
    line: draft?.lineOf(path) ?? 1,
    path,
    agentId: store.agentId,
    isNewProfile: false,
    provider: profileType === undefined ? segment : profileProvider(store.value, path),
  };
}

function compare(one: Candidate, other: Candidate): number {
  return one.line - other.line || formatPath(one.path).localeCompare(formatPath(other.path), "en");
}
