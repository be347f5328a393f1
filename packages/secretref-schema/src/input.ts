import { DEFAULT_ALIASES, parseSecretRef, type SecretDefaults, type SecretRef } from "./ref.ts";
import { parseTemplate } from "./template.ts";

/** What a secret-bearing field may hold in a document: a string, or a ref (whose `provider` may be left out). */
export type SecretInput = string | (Omit<SecretRef, "provider"> & { readonly provider?: string });

/** One piece of a template: text as it is, or a ref whose value is filled in. */
export type SecretTemplatePart = { readonly text: string } | { readonly ref: SecretRef };

/** What a secret-bearing field turned out to hold. */
export type ParsedSecretInput =
  /** Nothing: the field is missing or null. */
  | { readonly kind: "absent" }
  /** A string with nothing in it but white space. */
  | { readonly kind: "empty" }
  | { readonly kind: "plaintext"; readonly value: string | Readonly<Record<string, unknown>> }
  | { readonly kind: "ref"; readonly ref: SecretRef }
  | {
      readonly kind: "template";
      readonly parts: readonly SecretTemplatePart[];
      readonly refs: readonly SecretRef[];
    }
  /** An object that is no valid ref, or a value of a type that is never a secret. */
  | { readonly kind: "malformed"; readonly rule: string };

export interface ParseSecretInputOptions {
  /** `secrets.defaults`. @default `default` for each source */
  readonly defaults?: SecretDefaults;
  /** Whether a plain object is a value too, as for a Google service account. @default false */
  readonly allowObject?: boolean;
}

/**
 * Reads what a secret-bearing field holds. Exactly `${NAME}` is an env ref on the default env alias; `${NAME}`
 * beside other text makes a template; `$${NAME}` is the literal text. An object that is neither a ref nor an
 * allowed plain object is malformed: it is never taken for plaintext.
 */
export function parseSecretInput(value: unknown, options: ParseSecretInputOptions = {}): ParsedSecretInput {
  const { defaults = DEFAULT_ALIASES, allowObject = false } = options;
  if (value === undefined || value === null) return { kind: "absent" };
  if (typeof value === "string") return parseText(value, defaults);
  if (typeof value !== "object" || Array.isArray(value))
    return { kind: "malformed", rule: `must be a string or a SecretRef, not ${nameType(value)}` };
  if (allowObject && !Object.hasOwn(value, "source"))
    return { kind: "plaintext", value: value as Readonly<Record<string, unknown>> };
  const parsed = parseSecretRef(value, defaults);
  return parsed.ok ? { kind: "ref", ref: parsed.ref } : { kind: "malformed", rule: parsed.rule };
}

function parseText(text: string, defaults: SecretDefaults): ParsedSecretInput {
  if (text.trim() === "") return { kind: "empty" };
  const envRef = (id: string): SecretRef => Object.freeze({ source: "env", provider: defaults.env, id });
  const parts = parseTemplate(text).map((part) =>
    "variable" in part ? { ref: envRef(part.variable) } : part,
  );
  const refs = parts.flatMap((part) => ("ref" in part ? [part.ref] : []));
  const [first] = refs;
  if (first === undefined)
    return { kind: "plaintext", value: parts.map((part) => ("text" in part ? part.text : "")).join("") };
  return parts.length === 1 ? { kind: "ref", ref: first } : { kind: "template", parts, refs };
}

/** The refs that an input asks for, a template's in their order; none where it holds none. */
export function refsIn(input: ParsedSecretInput | undefined): readonly SecretRef[] {
  if (input?.kind === "ref") return [input.ref];
  return input?.kind === "template" ? input.refs : [];
}

function nameType(value: unknown): string {
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}
