import { isForbiddenSegment, isRecord } from "@durar/credential-surface";
import {
  findProvider,
  parsePlan,
  type DurarError,
  type SecretsConfig,
  type SecretsPlan,
} from "@durar/secretref-schema";
import type { Desk } from "../drafts/desk.ts";
import { ApplyError, applyError, throwReasons } from "../errors.ts";
import type { ApplyPlace } from "../types.ts";
import { describeState, meets } from "./field-state.ts";
import { invalidTarget, label, type PlanTarget } from "./plan-target.ts";
import { resolveTarget } from "./resolve-target.ts";
import { secretsAfter } from "./secrets-after.ts";

/** A plan that holds against the files as they are. */
export interface Contract {
  readonly plan: SecretsPlan;
  readonly targets: readonly PlanTarget[];
  /** The `secrets` block as it will be. */
  readonly secrets: SecretsConfig;
  /** Whether a ref or a provider of the plan itself is of source exec. */
  readonly needsExec: boolean;
}

/**
 * Reads a plan and holds it against its targets, its providers and what stands there.
 *
 * @throws ApplyError `PLAN_INVALID` with every rule that it breaks, or `APPLY_REFUSED` with one `PLAN_STALE` for each
 * target that holds something else than the plan expects
 */
export function readContract(written: unknown, desk: Desk, place: ApplyPlace): Contract {
  const plan = planIn(written);
  const { surface, profilesFile } = place;
  const { providerUpserts: upserts = {}, providerDeletes: deletes = [] } = plan;
  const secrets = secretsAfter(desk.config.draft, { upserts, deletes });
  const problems: DurarError[] = providerProblems(plan, desk);
  const targets: PlanTarget[] = [];
  const seen = new Map<string, number>();
  for (const [index, target] of plan.targets.entries()) {
    const resolved = resolveTarget(target, index, {
      surface,
      desk,
      defaults: secrets.defaults,
      profilesFile,
    });
    if ("code" in resolved) {
      problems.push(resolved);
      continue;
    }
    const key = JSON.stringify([resolved.place.draft.file.path, resolved.path]);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, index);
    else problems.push(invalidTarget(target, index, `repeats target ${first + 1}`));
    const found = findProvider(secrets, resolved.ref);
    if (!found.ok) problems.push(invalidTarget(target, index, found.error.message));
    targets.push(resolved);
  }
  throwReasons("PLAN_INVALID", problems);
  throwReasons(
    "APPLY_REFUSED",
    targets.flatMap((target) => staleness(target, secrets)),
  );
  return {
    ...{ plan, targets, secrets },
    needsExec: [...Object.values(upserts), ...targets.map(({ ref }) => ref)].some(
      ({ source }) => source === "exec",
    ),
  };
}

function planIn(written: unknown): SecretsPlan {
  const parsed = parsePlan(written);
  if (parsed.ok) return parsed.value;
  throw new ApplyError(
    "PLAN_INVALID",
    parsed.issues.map(({ path, rule }) =>
      applyError("PLAN_MALFORMED", `${path.join(".") || "the plan"} ${rule}`, { paths: [path.join(".")] }),
    ),
  );
}

function providerProblems(
  { providerUpserts = {}, providerDeletes = [] }: SecretsPlan,
  { config }: Desk,
): DurarError[] {
  const problem = (alias: string, rule: string): DurarError =>
    applyError("PLAN_PROVIDER_INVALID", `provider "${alias}" ${rule}`, {
      paths: [`secrets.providers.${alias}`],
    });
  const repeated = providerDeletes.filter((alias, index) => providerDeletes.indexOf(alias) !== index);
  const block = config.draft.at(["secrets", "providers"]);
  return [
    ...[...Object.keys(providerUpserts), ...providerDeletes]
      .filter(isForbiddenSegment)
      .map((alias) => problem(alias, "has a forbidden name")),
    ...new Set(repeated.map((alias) => problem(alias, "is deleted twice"))),
    ...providerDeletes
      .filter((alias) => Object.hasOwn(providerUpserts, alias))
      .map((alias) => problem(alias, "is both deleted and upserted")),
    ...(block === undefined || block === null || isRecord(block)
      ? []
      : [
          applyError("PLAN_PROVIDER_INVALID", "secrets.providers is no object", {
            paths: ["secrets.providers"],
          }),
        ]),
  ];
}

function staleness(target: PlanTarget, { defaults }: SecretsConfig): DurarError[] {
  const { written, state, isDone } = target;
  if (!isDone && !meets(state, written.expect, defaults))
    return [
      applyError(
        "PLAN_STALE",
        `${label(target)} holds ${describeState(state.input)}, which the plan does not expect`,
        {
          paths: [written.path],
        },
      ),
    ];
  if (written.move === true && !isDone && state.plaintext === undefined)
    return [
      applyError("PLAN_STALE", `${label(target)} holds no plaintext that could be moved`, {
        paths: [written.path],
      }),
    ];
  return [];
}
