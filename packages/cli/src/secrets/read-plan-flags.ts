import type { Assignment, Planner, ProviderChanges } from "@durar/apply";
import { readDocument } from "@durar/config-document";
import {
  parseProviderConfig,
  parseSecretRef,
  PROVIDER_ALIAS_PATTERN,
  type ProviderConfigInput,
  type SecretRef,
} from "@durar/secretref-schema";
import { CommandError } from "../command-error.ts";

/**
 * Reads `--provider` and `--delete-provider`.
 *
 * @throws CommandError `USAGE`; it repeats no setting, which may be a secret in the wrong place
 */
export function readProviderFlags(
  provider: readonly string[] = [],
  deleteProvider: readonly string[] = [],
): ProviderChanges {
  const upserts = provider.map((text): [string, ProviderConfigInput] => {
    const [, alias = "", json = ""] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    if (!PROVIDER_ALIAS_PATTERN.test(alias)) throw misread("--provider", "write ALIAS=JSON");
    return [alias, readProvider(alias, json)];
  });
  for (const alias of deleteProvider)
    if (!PROVIDER_ALIAS_PATTERN.test(alias))
      throw misread("--delete-provider", "write the alias of a provider");
  return { upserts: Object.fromEntries(upserts), deletes: deleteProvider };
}

function readProvider(alias: string, json: string): ProviderConfigInput {
  const read = readDocument(json);
  if (!read.ok) throw misread(`--provider ${alias}`, `the settings are no JSON: ${read.error.message}`);
  const { value } = read.document;
  const parsed = parseProviderConfig(value);
  if (!parsed.ok) {
    const rules = parsed.issues.map(({ path, rule }) => `${path.join(".") || "it"} ${rule}`);
    throw misread(`--provider ${alias}`, rules.join("; "));
  }
  if (parsed.value.source === "exec" && Object.keys(parsed.value.env).length > 0)
    throw misread(
      `--provider ${alias}`,
      "a command line is no place for env values; use passEnv, or durar config patch",
    );
  return value as ProviderConfigInput;
}

/**
 * Reads `--set`: a path and the ref that is to stand there.
 *
 * @throws CommandError `USAGE`
 */
export function readSetFlags(
  texts: readonly string[] = [],
  planner: Planner,
  changes: ProviderChanges,
  { agent, move }: { readonly agent: string | undefined; readonly move: boolean },
): readonly Assignment[] {
  return texts.map((text) => {
    const at = text.lastIndexOf("=");
    const path = text.slice(0, Math.max(at, 0));
    const candidate = planner.find(path, agent) ?? (agent === undefined ? undefined : planner.find(path));
    if (candidate === undefined)
      throw misread(
        "--set",
        "no credential field of this installation has this path; see durar secrets audit",
      );
    const ref = readRef("--set", text.slice(at + 1), planner.secrets(changes).defaults, "PATH=");
    const moves =
      move && candidate.state === "plaintext" && candidate.ref === undefined && ref.source !== "exec";
    return { candidate, ref, ...(moves ? { move: true } : {}) };
  });
}

/**
 * Reads a ref as it is written on a command line, SOURCE:PROVIDER:ID; without a provider it means the default one.
 *
 * @param before what a flag takes in front of it
 * @throws CommandError `USAGE`
 */
export function readRef(
  flag: string,
  text: string,
  defaults: Parameters<typeof parseSecretRef>[1],
  before = "",
): SecretRef {
  const [, source, provider, id] = /^([^:]*):([^:]*):(.*)$/s.exec(text) ?? [];
  if (source === undefined) throw misread(flag, `write ${before}SOURCE:PROVIDER:ID`);
  const parsed = parseSecretRef({ source, ...(provider === "" ? {} : { provider }), id }, defaults);
  if (!parsed.ok) throw misread(flag, parsed.rule);
  return parsed.ref;
}

function misread(flag: string, hint: string): CommandError {
  return new CommandError("USAGE", `${flag} cannot be read`, hint);
}
