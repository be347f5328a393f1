import {
  arrayIndex,
  formatPath,
  isForbiddenSegment,
  isRecord,
  matchesPattern,
  parsePath,
  valueAt,
  type Path,
  type Surface,
  type Target,
} from "@durar/credential-surface";
import {
  parseSecretRef,
  refKey,
  type DurarError,
  type SecretDefaults,
  type SecretsPlanTarget,
} from "@durar/secretref-schema";
import { DocumentDraft } from "../drafts/document-draft.ts";
import type { Desk, DocumentStore } from "../drafts/desk.ts";
import { fieldState, holds, profileProvider } from "./field-state.ts";
import { invalidTarget, type PlanTarget } from "./plan-target.ts";

/** What targets are held against. */
export interface TargetContext {
  readonly surface: Surface;
  readonly desk: Desk;
  /** `secrets.defaults` as they will be. */
  readonly defaults: SecretDefaults;
  readonly profilesFile: ((agentId: string) => string | undefined) | undefined;
}

/** Finds the place that a target of a plan names, or answers the first rule it breaks. */
export function resolveTarget(
  written: SecretsPlanTarget,
  index: number,
  context: TargetContext,
): PlanTarget | DurarError {
  const broken = (rule: string): DurarError => invalidTarget(written, index, rule);
  const named = context.surface.targets.filter(
    ({ planType, planTypeAliases = [] }) =>
      planType === written.type || planTypeAliases.includes(written.type),
  );
  if (named.length === 0) return broken("no target has this type");
  const path = written.pathSegments ?? parsePath(written.path);
  if (path === undefined) return broken("the path is not well formed");
  if (formatPath(path) !== written.path && path.join(".") !== written.path)
    return broken("pathSegments spell another path");
  if (path.some(isForbiddenSegment)) return broken("a segment is forbidden");
  const target = named.find(({ pattern }) => matchesPattern(pattern, path));
  if (target === undefined)
    return broken(`the path must be like ${named.map(({ pattern }) => pattern.text).join(" or ")}`);
  const statement = brokenStatement(written, target, path);
  if (statement !== undefined) return broken(statement);
  const place = storeOf(target, written, context);
  if (typeof place === "string") return broken(place);
  const container =
    brokenContainer(target, path, place.draft.value) ?? brokenProfile(written, target, path, place);
  if (container !== undefined) return broken(container);
  const parsed = parseSecretRef(written.ref, context.defaults);
  if (!parsed.ok) return broken(parsed.rule);
  const state = fieldState(target, place.draft.value, path, context.defaults);
  return {
    ...{ index, written, target, place, path, ref: parsed.ref, state },
    isDone: holds(state.input, refKey(parsed.ref)),
    provider: providerOf(written, target, path, place),
  };
}

/** What a target says of its own path besides the path. */
function brokenStatement(
  { providerId, accountId, agentId, authProfileProvider }: SecretsPlanTarget,
  { providerSegment, accountSegment, store, profileType }: Target,
  path: Path,
): string | undefined {
  const differs = (
    name: string,
    stated: string | undefined,
    segment: number | undefined,
  ): string | undefined => {
    if (stated === undefined) return undefined;
    if (segment === undefined) return `${name} is given, and the path has none`;
    return path[segment] === stated ? undefined : `${name} is not that of the path`;
  };
  const own =
    differs("providerId", providerId, providerSegment) ?? differs("accountId", accountId, accountSegment);
  if (own !== undefined) return own;
  if (store === "config" && agentId !== undefined)
    return "agentId is given, and the path is in the configuration";
  if (store !== "config" && agentId === undefined) return "agentId is missing";
  if (profileType === undefined && authProfileProvider !== undefined)
    return "authProfileProvider is given, and the path is not that of a profile";
  return undefined;
}

function storeOf(
  { store: kind }: Target,
  { agentId }: SecretsPlanTarget,
  { desk, profilesFile }: TargetContext,
): DocumentStore | string {
  const found = desk.documents.find(({ store }) => store.kind === kind && store.agentId === agentId);
  if (found !== undefined) return found;
  const path = agentId === undefined ? undefined : profilesFile?.(agentId);
  if (path === undefined) return `there is no agent ${agentId ?? ""} whose store it could be in`;
  const draft = DocumentDraft.absent({ path, format: "json" });
  const store = { kind, format: "json", path, agentId, read: neverRead } as const;
  const created = { store, draft };
  desk.documents.push(created);
  return created;
}

function neverRead(): never {
  throw new TypeError("a store that does not exist yet is not read");
}

/** Maps may lack the entry that is meant, arrays may not: where it would go to, nobody could say. */
function brokenContainer(target: Target, path: Path, document: unknown): string | undefined {
  for (const [position, step] of target.pattern.steps.entries()) {
    const container = valueAt(document, path.slice(0, position));
    if (step === "any-index") {
      const place = arrayIndex(path[position] ?? "") ?? 0;
      if (!Array.isArray(container)) return `there is no list at ${formatPath(path.slice(0, position))}`;
      if (place >= container.length) return `the list has no entry ${place}`;
    } else if (container !== undefined && container !== null && !isRecord(container))
      return `what stands at ${formatPath(path.slice(0, position))} is no object`;
  }
  return undefined;
}

function brokenProfile(
  { authProfileProvider }: SecretsPlanTarget,
  { profileType }: Target,
  path: Path,
  { draft }: DocumentStore,
): string | undefined {
  if (profileType === undefined) return undefined;
  const profile = draft.at(path.slice(0, -1));
  if (profile === undefined || profile === null)
    return authProfileProvider === undefined
      ? "the profile is new, and authProfileProvider is missing"
      : undefined;
  if (valueAt(profile, ["type"]) !== profileType) return `the profile is not of type ${profileType}`;
  if (authProfileProvider !== undefined && valueAt(profile, ["provider"]) !== authProfileProvider)
    return "the profile is of another provider than authProfileProvider";
  return undefined;
}

function providerOf(
  { authProfileProvider }: SecretsPlanTarget,
  { profileType, providerSegment }: Target,
  path: Path,
  { draft }: DocumentStore,
): string | undefined {
  if (profileType !== undefined) return profileProvider(draft.value, path) ?? authProfileProvider;
  return providerSegment === undefined ? undefined : path[providerSegment];
}
