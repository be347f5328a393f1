import { type Preparation, type PreparedEntry } from "@durar/snapshot";
import {
  formatPath,
  surveySurface,
  valueAt,
  type Path,
  type Place,
  type Surface,
} from "@durar/credential-surface";
import { formatRef } from "@durar/secretref-schema";
import type { FindingList } from "./finding-list.ts";
import type { LoadedDocument } from "./load-store.ts";
import { suggestEnvId } from "./suggest-env-id.ts";
import type { NameRules } from "./types.ts";

/** Reports every place of the surface that holds a credential as plaintext, also beside a ref that is in force. */
export function findPlaintext(
  places: readonly Place[],
  document: LoadedDocument,
  names: NameRules,
  findings: FindingList,
): void {
  for (const place of places) {
    const { path, input, inputPath, overridden } = place;
    const beside = overridden !== undefined;
    const held = beside ? overridden : input;
    // A number is no valid input, and yet it is somebody's password.
    const isNumber = held.kind === "malformed" && typeof valueAt(document.value, path) === "number";
    if ((held.kind !== "plaintext" && !isNumber) || isMarker(path, valueAt(document.value, path), names))
      continue;
    const ref = `{ source: "env", provider: "default", id: "${suggestVariable(place, names)}" }`;
    findings.add({
      code: "PLAINTEXT_FOUND",
      severity: "warn",
      store: document.store,
      path: formatPath(path),
      ...document.locate(path),
      ...about(place),
      message: beside
        ? `plaintext credential beside the ref at ${formatPath(inputPath)}, which is used in its stead`
        : "plaintext credential",
      hint: hintFor(document, beside, ref),
    });
  }
}

/** The usual variable where the place is a model provider's only key, else one made of the path. */
function suggestVariable({ target, path, store }: Place, names: NameRules): string {
  const profile =
    target.profileType === undefined ? undefined : valueAt(store.value, [...path.slice(0, 2), "provider"]);
  const provider = target.tracksShadowing === true ? path[target.providerSegment ?? 0] : profile;
  const usual =
    typeof provider === "string" ? names.providerVariable(names.canonicalProvider(provider)) : undefined;
  return usual ?? suggestEnvId(path);
}

function hintFor({ store }: LoadedDocument, beside: boolean, ref: string): string {
  if (store.leftover === true) return "delete this old copy once you have made sure that nothing reads it";
  if (beside) return "remove the plaintext; nothing reads it";
  return `store the value outside and put a ref here, such as ${ref}`;
}

/** Whether what stands there is known to be no secret: a marker, or a header that carries no credential. */
function isMarker(path: Path, value: unknown, names: NameRules): boolean {
  const isHeader = path.at(-2) === "headers";
  if (isHeader && !names.isSensitiveHeader(path.at(-1) ?? "")) return true;
  return typeof value === "string" && (isHeader ? names.isHeaderMarker(value) : names.isKeyMarker(value));
}

/** The plaintext of a leftover is found the way a store's own is; its refs are of no interest. */
export function placesOfLeftover(surface: Surface, { store, value }: LoadedDocument): readonly Place[] {
  const stores = [{ kind: store.kind, agentId: store.agentId, value }];
  return surveySurface(surface, { stores }).entries.map(({ place }) => place);
}

/** Reports every ref that is malformed or does not resolve. */
export function findUnresolved(
  { entries, surfaceIssues }: Preparation,
  documentOf: (place: Place) => LoadedDocument,
  findings: FindingList,
): void {
  for (const { kind, path, rule, place } of surfaceIssues) {
    if (
      kind !== "malformed-ref" ||
      place === undefined ||
      typeof valueAt(place.store.value, path) === "number"
    )
      continue;
    const document = documentOf(place);
    findings.add({
      code: "REF_UNRESOLVED",
      severity: "error",
      store: document.store,
      path: formatPath(path),
      ...document.locate(path),
      ...about(place),
      message: `malformed SecretRef: ${rule}`,
      hint: 'write { source: "env" | "file" | "exec", provider: "...", id: "..." }',
    });
  }
  for (const entry of entries) reportFailure(entry, documentOf, findings);
}

function reportFailure(
  { place, activity, outcome }: PreparedEntry,
  documentOf: (place: Place) => LoadedDocument,
  findings: FindingList,
): void {
  if (outcome.kind !== "failed") return;
  const document = documentOf(place);
  for (const error of outcome.errors) {
    const ref = place.input.kind === "ref" ? place.input.ref : undefined;
    const name = ref === undefined ? "" : `${formatRef(ref)}: `;
    const message = error.message.startsWith(name) ? error.message : `${name}${error.message}`;
    const inactive = activity.active ? "" : ` (not in use: ${activity.reason})`;
    const reported = error.reported === undefined ? "" : ` ${error.reported}`;
    findings.add({
      code: "REF_UNRESOLVED",
      severity: activity.active ? "error" : "info",
      store: document.store,
      path: formatPath(place.inputPath),
      ...document.locate(place.inputPath),
      ...about(place),
      message: `${message} [${error.code}${reported}]${inactive}`,
      hint: error.hint,
    });
  }
}

/** Reports what makes the config invalid where its credentials are concerned: refs and containers out of place. */
export function findSurfaceFaults(
  { surfaceIssues, violations }: Preparation,
  documentOf: (place: Pick<Place, "store">) => LoadedDocument,
  findings: FindingList,
): void {
  const invalid = (store: Place["store"], path: Path, message: string, hint: string): void => {
    const document = documentOf({ store });
    findings.add({
      code: "CONFIG_INVALID",
      severity: "error",
      store: document.store,
      path: formatPath(path),
      ...document.locate(path),
      message,
      hint,
    });
  };
  for (const { kind, store, path, rule } of surfaceIssues)
    if (kind !== "malformed-ref" || typeof valueAt(store.value, path) === "number")
      invalid(store, path, rule, kind === "unsupported-ref" ? "remove the ref" : "correct the value's type");
  for (const { store, path, message, hint } of violations)
    invalid(store, path, `${message} [SECRET_REF_POLICY]`, hint);
}

function about({ path, target }: Place): { provider?: string; profileId?: string } {
  const provider = target.providerSegment === undefined ? undefined : path[target.providerSegment];
  const profileId = target.profileType === undefined ? undefined : path[1];
  return {
    ...(provider === undefined ? {} : { provider }),
    ...(profileId === undefined ? {} : { profileId }),
  };
}
