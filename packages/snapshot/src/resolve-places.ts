import { holdsRef, type Place, type SurfaceEntry } from "@durar/credential-surface";
import type { Resolution, SecretDemand } from "@durar/resolution";
import { refKey, Secret, type SecretAnswer, type SecretRefError } from "@durar/secretref-schema";
import { describePlace } from "./describe-place.ts";
import { SnapshotError } from "./errors.ts";
import { frozenData } from "./plain-data.ts";
import type { Outcome } from "./types.ts";

/** What every place came to. */
export interface ResolvedPlaces {
  readonly outcomeOf: (place: Place) => Outcome;
  readonly inUse: Resolution;
  /** Of refs that no place in use needs. */
  readonly others: Resolution;
}

/**
 * Resolves what is in use just as a server would, in one pass. What is not in use may be asked for after that, in a
 * pass of its own: in the first it could exceed a limit, or make a provider fail, that the rest alone does not.
 */
export async function resolvePlaces(
  entries: readonly SurfaceEntry[],
  isWanted: (place: Place) => boolean,
  resolve: (demands: readonly SecretDemand[]) => Promise<Resolution>,
): Promise<ResolvedPlaces> {
  const asking = entries
    .filter(({ place, activity }) => holdsRef(place.input) && (activity.active || isWanted(place)))
    .map(({ place, activity }) => ({ place, active: activity.active, demands: demandsOf(place) }));
  const demandsWhere = (wanted: boolean): SecretDemand[] =>
    asking.flatMap(({ active, demands }) => (active === wanted ? demands : []));

  const needed = demandsWhere(true);
  const inUse = await resolve(needed);
  const others = await resolve(withoutRefsOf(needed, demandsWhere(false)));

  const answerTo = (demand: SecretDemand): SecretAnswer | undefined =>
    inUse.answer(demand) ?? others.answer(demand);
  const outcomes = new Map(
    asking.map(({ place, demands }) => [place, resolvedOutcome(place, demands, answerTo)]),
  );
  return { outcomeOf: (place) => outcomes.get(place) ?? literalOutcome(place), inUse, others };
}

/** Those of some demands whose refs others have not asked for already. */
function withoutRefsOf(
  others: readonly SecretDemand[],
  demands: readonly SecretDemand[],
): readonly SecretDemand[] {
  if (demands.length === 0) return demands;
  const asked = new Set(others.map(({ ref }) => refKey(ref)));
  return demands.filter(({ ref }) => !asked.has(refKey(ref)));
}

function demandsOf({ input, inputPath, store, target }: Place): readonly SecretDemand[] {
  const path = describePlace(store, inputPath);
  if (input.kind === "ref") return [{ ref: input.ref, path, shape: target.expected }];
  return input.kind === "template" ? input.refs.map((ref) => ({ ref, path })) : [];
}

/** What a place came to without resolving anything. */
function literalOutcome({ input }: Place): Outcome {
  if (input.kind === "plaintext") return { kind: "plaintext", value: new Secret(input.value) };
  return input.kind === "malformed" ? { kind: "malformed" } : { kind: "none" };
}

/** What a place that holds a ref or a template came to. A template takes all of its refs, in their order. */
function resolvedOutcome(
  { input }: Place,
  demands: readonly SecretDemand[],
  answerTo: (demand: SecretDemand) => SecretAnswer | undefined,
): Outcome {
  const values: Secret[] = [];
  // By ref, since a template may hold one twice.
  const errors = new Map<string, SecretRefError>();
  for (const demand of demands) {
    const answer = answerTo(demand);
    if (answer?.ok === true) values.push(answer.value);
    else if (answer?.ok === false)
      // The one failure of a whole provider names none of its refs.
      errors.set(refKey(demand.ref), answer.error.with({ ...demand.ref, paths: [demand.path] }));
  }
  if (errors.size > 0) return { kind: "failed", errors: [...errors.values()] };
  const [first] = values;
  // All refs of a place are of one provider: it was asked for all of them, or for none.
  if (first === undefined) return { kind: "skipped" };
  if (input.kind !== "template") return { kind: "resolved", value: immutable(first, demands) };
  const filled = values.values();
  const text = input.parts.map((part) =>
    "text" in part ? part.text : String(filled.next().value?.reveal()),
  );
  return { kind: "resolved", value: new Secret(text.join("")) };
}

/** A secret whose content nobody can change. Text is that already. */
function immutable(secret: Secret, demands: readonly SecretDemand[]): Secret {
  const value = secret.reveal();
  if (typeof value === "string") return secret;
  const refused = (_path: readonly string[], found: string): never => {
    const where = demands.map(({ path }) => path).join(", ");
    throw new SnapshotError(
      "SNAPSHOT_CONTRACT_BROKEN",
      `the value of ${where} holds ${found}, which is no plain data`,
    );
  };
  return new Secret(frozenData(value, refused));
}
