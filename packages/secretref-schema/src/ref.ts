import { parseJsonPointer } from "./json-pointer.ts";
import { printable } from "./printable.ts";

/** Where a secret comes from. */
export type SecretSource = "env" | "file" | "exec";

/** The three sources, in the order documents list them. */
export const SECRET_SOURCES: readonly SecretSource[] = Object.freeze(["env", "file", "exec"]);

/** A reference to a secret that lies outside the configuration. */
export interface SecretRef {
  readonly source: SecretSource;
  /** The provider alias under `secrets.providers`. */
  readonly provider: string;
  /** What the provider calls the secret; its grammar depends on the source. */
  readonly id: string;
}

/** The provider alias that a ref without one means, for each source. */
export type SecretDefaults = Readonly<Record<SecretSource, string>>;

/** The aliases where `secrets.defaults` says nothing. */
export const DEFAULT_ALIASES: SecretDefaults = Object.freeze({
  env: "default",
  file: "default",
  exec: "default",
});

/** The grammars of a ref's fields. */
export const PROVIDER_ALIAS_PATTERN: RegExp = /^[a-z][a-z0-9_-]{0,63}$/;
export const ENV_ID_PATTERN: RegExp = /^[A-Z][A-Z0-9_]{0,127}$/;
export const EXEC_ID_PATTERN: RegExp = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,255}$/;
/** The longest id of a file ref, in UTF-16 code units. */
export const FILE_ID_MAX_LENGTH = 1024;

const idRules: Readonly<
  Record<SecretSource, { readonly test: (id: string) => boolean; readonly rule: string }>
> = {
  env: { test: (id) => ENV_ID_PATTERN.test(id), rule: `an env id must match ${ENV_ID_PATTERN.source}` },
  file: {
    test: (id) => id === "value" || (id.length <= FILE_ID_MAX_LENGTH && parseJsonPointer(id) !== undefined),
    rule: `a file id must be "value" or an absolute JSON pointer (RFC 6901) of at most ${FILE_ID_MAX_LENGTH} characters`,
  },
  exec: {
    test: (id) =>
      EXEC_ID_PATTERN.test(id) && !id.split("/").some((segment) => segment === "." || segment === ".."),
    rule: `an exec id must match ${EXEC_ID_PATTERN.source} and have no segment "." or ".."`,
  },
};

/** The rule that `id` breaks as an id of this source, or `undefined` where it keeps them all. */
export function brokenIdRule(source: SecretSource, id: string): string | undefined {
  return idRules[source].test(id) ? undefined : idRules[source].rule;
}

/** Whether `value` is one of the three sources. */
export function isSecretSource(value: unknown): value is SecretSource {
  return value === "env" || value === "file" || value === "exec";
}

/** A read ref, or the first rule its text breaks. */
export type ParsedRef =
  { readonly ok: true; readonly ref: SecretRef } | { readonly ok: false; readonly rule: string };

function broken(rule: string): ParsedRef {
  return { ok: false, rule };
}

/**
 * Reads a SecretRef object strictly: an unknown key is an error. A ref without `provider` gets the default alias
 * of its source. The same reader serves config, auth profiles, plans and RPC.
 *
 * @param defaults `secrets.defaults`, @default `default` for each source
 */
export function parseSecretRef(value: unknown, defaults: SecretDefaults = DEFAULT_ALIASES): ParsedRef {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return broken("a ref must be an object");
  const fields = value as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(fields).find((key) => key !== "source" && key !== "provider" && key !== "id");
  if (unknown !== undefined) return broken(`a ref has no key "${printable(unknown.slice(0, 64))}"`);
  const own = (key: string): unknown => (Object.hasOwn(fields, key) ? fields[key] : undefined);
  const source = own("source");
  if (!isSecretSource(source)) return broken('a ref\'s source must be "env", "file" or "exec"');
  const provider = own("provider") ?? defaults[source];
  if (typeof provider !== "string" || !PROVIDER_ALIAS_PATTERN.test(provider))
    return broken(`a ref's provider must match ${PROVIDER_ALIAS_PATTERN.source}`);
  const id = own("id");
  if (typeof id !== "string") return broken("a ref's id must be a string");
  const rule = brokenIdRule(source, id);
  return rule === undefined ? { ok: true, ref: Object.freeze({ source, provider, id }) } : broken(rule);
}

/**
 * Whether `value` looks as if it was meant as a ref: an object with a known `source` and an `id`, and no key a ref
 * does not have. For warnings about refs at places that take none.
 */
export function looksLikeSecretRef(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  return (
    Object.hasOwn(fields, "source") &&
    isSecretSource(fields["source"]) &&
    Object.hasOwn(fields, "id") &&
    Object.keys(fields).every((key) => key === "source" || key === "provider" || key === "id")
  );
}

/** A key under which equal refs are equal and others differ, whatever characters their ids hold. */
export function refKey(ref: SecretRef): string {
  return JSON.stringify([ref.source, ref.provider, ref.id]);
}

/** A ref as people write it, `source:provider:id`, safe to print. */
export function formatRef(ref: SecretRef): string {
  return printable(`${ref.source}:${ref.provider}:${ref.id}`);
}
