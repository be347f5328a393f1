import { formatPath } from "@durar/credential-surface";
import type { SecretsPlan, SecretsPlanTarget } from "@durar/secretref-schema";
import type { Assignment, Candidate } from "./candidate.ts";
import type { ProviderChanges } from "../contract/secrets-after.ts";

/** The plan of some assignments, with what each field holds now as its expectation. */
export function buildPlan(
  assignments: readonly Assignment[],
  { upserts, deletes }: ProviderChanges,
  { generatedAt, generatedBy }: Pick<SecretsPlan, "generatedAt" | "generatedBy">,
): SecretsPlan {
  return {
    version: 1,
    protocolVersion: 1,
    ...(generatedAt === undefined ? {} : { generatedAt }),
    ...(generatedBy === undefined ? {} : { generatedBy }),
    targets: assignments.map(planTarget),
    ...(Object.keys(upserts).length === 0 ? {} : { providerUpserts: upserts }),
    ...(deletes.length === 0 ? {} : { providerDeletes: deletes }),
    options: { scrubEnv: true, scrubAuthProfilesForProviderTargets: true, scrubLegacyAuthJson: true },
  };
}

function planTarget({ candidate, ref, move }: Assignment): SecretsPlanTarget {
  const { target, path, agentId, provider, isNewProfile } = candidate;
  const { planType, providerSegment, accountSegment } = target;
  const providerId = providerSegment === undefined ? undefined : path[providerSegment];
  const accountId = accountSegment === undefined ? undefined : path[accountSegment];
  const expect = expectation(candidate);
  return {
    type: planType,
    path: formatPath(path),
    pathSegments: path,
    ref,
    ...(agentId === undefined ? {} : { agentId }),
    ...(providerId === undefined ? {} : { providerId }),
    ...(accountId === undefined ? {} : { accountId }),
    ...(isNewProfile && provider !== undefined ? { authProfileProvider: provider } : {}),
    ...(expect === undefined ? {} : { expect }),
    ...(move === true ? { move } : {}),
  };
}

/** What the field must still hold when the plan is applied. A template or a fault may be replaced whatever it has become. */
function expectation({ state, ref }: Candidate): SecretsPlanTarget["expect"] {
  if (ref !== undefined) return ref;
  if (state === "plaintext" || state === "setting") return "plaintext";
  return state === "unset" ? "absent" : undefined;
}
