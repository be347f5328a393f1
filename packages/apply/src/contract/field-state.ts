import { isRecord, valueAt, type Path, type Target } from "@durar/credential-surface";
import {
  parseSecretInput,
  refKey,
  parseSecretRef,
  type ParsedSecretInput,
  type SecretDefaults,
  type SecretsPlanTarget,
} from "@durar/secretref-schema";
import type { FieldState } from "./plan-target.ts";

/** What stands in a target's field of a document, read by the one parser there is for such fields. */
export function fieldState(
  { expected, refField }: Target,
  document: unknown,
  path: Path,
  defaults: SecretDefaults,
): FieldState {
  const own = parseSecretInput(valueAt(document, path), {
    defaults,
    allowObject: expected === "string-or-object",
  });
  const sibling =
    refField === undefined
      ? undefined
      : parseSecretInput(valueAt(document, [...path.slice(0, -1), refField]), { defaults });
  const input = sibling === undefined || sibling.kind === "absent" ? own : sibling;
  return { input, plaintext: own.kind === "plaintext" ? own.value : undefined };
}

/** Whether a field holds what a plan says it does. */
export function meets(
  { input }: FieldState,
  expect: SecretsPlanTarget["expect"],
  defaults: SecretDefaults,
): boolean {
  if (expect === undefined) return true;
  if (expect === "plaintext") return input.kind === "plaintext";
  if (expect === "absent") return input.kind === "absent" || input.kind === "empty";
  const parsed = parseSecretRef(expect, defaults);
  return parsed.ok && holds(input, refKey(parsed.ref));
}

/** Whether a field holds the ref of this key. */
export function holds(input: ParsedSecretInput, key: string): boolean {
  return input.kind === "ref" && refKey(input.ref) === key;
}

/** What a field holds, in words. */
export function describeState({ kind }: ParsedSecretInput): string {
  return states[kind];
}

const states: Readonly<Record<ParsedSecretInput["kind"], string>> = {
  absent: "nothing",
  empty: "nothing",
  plaintext: "plaintext",
  ref: "another ref",
  template: "a template",
  malformed: "something that is neither plaintext nor a ref",
};

/** A profile's model provider, where the path is that of a profile's field. */
export function profileProvider(document: unknown, path: Path): string | undefined {
  const profile = valueAt(document, path.slice(0, -1));
  const provider = isRecord(profile) ? profile["provider"] : undefined;
  return typeof provider === "string" ? provider : undefined;
}
