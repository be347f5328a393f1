import {
  always,
  formatPath,
  surveySurface,
  valueAt,
  type Path,
  type Place,
  type Surface,
} from "@durar/credential-surface";
import { aboutPlace } from "./about-place.ts";
import type { AuditContext } from "./context.ts";
import { leftoverHint } from "./leftover-hint.ts";
import type { LoadedDocument } from "./load-store.ts";
import { whereIn } from "./where-in.ts";
import { plaintextAt } from "./plaintext.ts";
import { suggestEnvId } from "./suggest-env-id.ts";
import type { NameRules } from "./types.ts";

/** Reports a place that holds a credential as plaintext, also beside a ref that is in force, or in place of that ref. */
export function findPlaintext(place: Place, document: LoadedDocument, context: AuditContext): void {
  const { path, inputPath, input, overridden } = place;
  const { names, findings, known } = context;
  const report = (at: Path, message: string, hint: string): void =>
    findings.add({
      code: "PLAINTEXT_FOUND",
      severity: "warn",
      ...whereIn(document, at),
      ...aboutPlace(place),
      message,
      hint: leftoverHint(document.store) ?? hint,
    });
  const own = credentialAt(path, overridden ?? input, document, names);
  if (own !== undefined) {
    known.add(own);
    if (overridden === undefined) report(path, "plaintext credential", replacementHint(place, names));
    else {
      const ref = formatPath(inputPath);
      report(path, `plaintext credential beside the ref at ${ref}, which is used in its stead`, besideHint);
    }
  }
  const instead = overridden === undefined ? undefined : credentialAt(inputPath, input, document, names);
  if (instead !== undefined) {
    known.add(instead);
    report(inputPath, "plaintext credential where a ref belongs", replacementHint(place, names));
  }
}

const besideHint = "remove the plaintext; nothing reads it";

/** What stands at a path, where it is a credential. What is malformed may be one all the same. */
function credentialAt(
  path: Path,
  input: Place["input"],
  { value }: LoadedDocument,
  names: NameRules,
): unknown {
  if (input.kind === "plaintext" && typeof input.value === "object") return input.value;
  if (input.kind !== "plaintext" && input.kind !== "malformed") return undefined;
  return plaintextAt(path, valueAt(value, path), names);
}

function replacementHint(place: Place, names: NameRules): string {
  const { refField } = place.target;
  const ref = `{ source: "env", provider: "default", id: "${suggestVariable(place, names)}" }`;
  return refField === undefined
    ? `store the value outside and put a ref here, such as ${ref}`
    : `store the value outside and put a ref in its stead, such as ${refField}: ${ref}`;
}

/** The usual variable where the place is a model provider's only key, else one made of the path. */
function suggestVariable(place: Place, names: NameRules): string {
  const { target, path } = place;
  const isKey = target.tracksShadowing === true || target.profileType !== undefined;
  const { provider } = aboutPlace(place);
  const usual =
    isKey && provider !== undefined ? names.providerVariable(names.canonicalProvider(provider)) : undefined;
  return usual ?? suggestEnvId(path);
}

/** What the places of an old copy are: found as in a store, but its refs are of no interest, and no rule is asked. */
export function leftoverSurface(surface: Surface): Surface {
  const targets = surface.targets.map((target) => ({ ...target, active: always }));
  return { targets, unsupported: [], groups: [], policies: [] };
}

/** The places of an old copy. */
export function placesOfLeftover(surface: Surface, { store, value }: LoadedDocument): readonly Place[] {
  const stores = [{ kind: store.kind, agentId: store.agentId, value }];
  return surveySurface(surface, { stores }).entries.map(({ place }) => place);
}
