import { isRecord } from "@durar/credential-surface";
import {
  isSecretSource,
  parseProviderConfig,
  printable,
  PROVIDER_ALIAS_PATTERN,
  SECRET_SOURCES,
  type ProviderConfig,
  type ProviderConfigInput,
  type SecretSource,
} from "@durar/secretref-schema";
import { counted } from "../counted.ts";
import { consent } from "./consent.ts";
import { fieldName } from "./field-name.ts";
import type { Choice, Prompter } from "./prompter.ts";
import { askSettings, type Settings } from "./provider-questions.ts";
import type { Session } from "./session.ts";

/** Lists the providers and has them added, edited and removed, until the operator goes on. */
export async function setUpProviders(
  session: Session,
  prompter: Prompter,
  options: { readonly yes: boolean; readonly next: string },
): Promise<void> {
  for (;;) {
    const choice = await prompter.select<string | symbol>(
      "Providers: where secrets are kept",
      [...listed(session), { value: add, label: "Add a provider" }, { value: goOn, label: options.next }],
      goOn,
    );
    if (choice === goOn) return;
    if (typeof choice === "string") await change(choice, session, prompter, options.yes);
    else await addProvider(session, prompter);
  }
}

const add = Symbol("add");
const goOn = Symbol("go on");

function listed({ secrets }: Session): Choice<string>[] {
  const valid = [...secrets.providers].map(([alias, config]) => ({
    value: alias,
    label: `${alias}: ${describeProvider(config)}`,
  }));
  const invalid = [...secrets.invalidProviders].map((alias) => ({
    value: alias,
    label: `${alias}: its settings are not valid`,
  }));
  return [...valid, ...invalid];
}

/** A provider in a few words: its source, and what it reads or runs. */
export function describeProvider(config: ProviderConfig): string {
  switch (config.source) {
    case "env":
      return `env, ${config.allowlist === undefined ? "any variable" : counted(config.allowlist.length, "variable")}`;
    case "file":
      return `file, ${printable(config.path)}${config.mode === "singleValue" ? " (one value)" : ""}`;
    case "exec":
      return `exec, ${printable(config.command)}`;
  }
}

/** Asks for a provider, checks it as far as it can be, and makes it part of what is decided. */
export async function addProvider(session: Session, prompter: Prompter): Promise<void> {
  const source = await prompter.select<SecretSource>(
    "Source of the new provider",
    SECRET_SOURCES.map((value) => ({ value, label: `${value}: ${sourceWords[value]}` })),
    "file",
  );
  const { providers, invalidProviders, defaults } = session.secrets;
  const isTaken = (alias: string): boolean => providers.has(alias) || invalidProviders.has(alias);
  const alias = await prompter.text("Its alias, which refs name it by", {
    initial: isTaken(defaults[source]) ? undefined : defaults[source],
    example: "vault",
    check: (answer) => {
      if (!PROVIDER_ALIAS_PATTERN.test(answer)) return `an alias must match ${PROVIDER_ALIAS_PATTERN.source}`;
      return isTaken(answer) ? "there is a provider of this alias already" : undefined;
    },
  });
  await edit(alias, source, {}, session, prompter);
}

const sourceWords: Readonly<Record<SecretSource, string>> = {
  env: "variables of the environment and of .env files",
  file: "a file of this machine",
  exec: "a command that is run, such as that of a vault",
};

async function change(alias: string, session: Session, prompter: Prompter, yes: boolean): Promise<void> {
  const written = session.writtenProvider(alias);
  const source = session.secrets.providers.get(alias)?.source ?? sourceIn(written);
  // They may be secrets, which are neither shown nor put in a plan.
  const hasValues = isRecord(written?.["env"]) && Object.keys(written["env"]).length > 0;
  if (hasValues)
    prompter.note(
      `${alias} has env values of its own, which no plan may hold: edited here it loses them, and gets variables by name instead; to keep them, edit it with durar config patch`,
      "warning",
    );
  const action = await prompter.select<"edit" | "remove" | "back">(`Provider ${alias}`, [
    ...(source === undefined
      ? []
      : [{ value: "edit" as const, label: hasValues ? "Edit it, without its env values" : "Edit it" }]),
    ...(written === undefined ? [] : [{ value: "remove" as const, label: "Remove it" }]),
    { value: "back", label: "Leave it as it is" },
  ]);
  if (action === "edit" && source !== undefined)
    await edit(alias, source, withoutEnv(written ?? {}), session, prompter);
  if (action === "remove") await remove(alias, session, prompter, yes);
}

function withoutEnv(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => name !== "env"));
}

/** The source of settings that break a rule, which can be corrected. */
function sourceIn(written: Settings | undefined): SecretSource | undefined {
  const source = written?.["source"];
  return isSecretSource(source) ? source : undefined;
}

async function edit(
  alias: string,
  source: SecretSource,
  present: Settings,
  session: Session,
  prompter: Prompter,
): Promise<void> {
  let settings = present;
  for (;;) {
    settings = await askSettings(source, settings, prompter);
    const problem = await problemOf(alias, settings, session);
    if (problem === undefined) break;
    prompter.note(`${problem.message}\n  -> ${problem.hint}`, "warning");
    const next = await prompter.select<"keep" | "edit" | "drop">("What now?", [
      ...(problem.isFatal ? [] : [{ value: "keep" as const, label: "Keep it as it is" }]),
      { value: "edit", label: "Edit it" },
      { value: "drop", label: "Forget it" },
    ]);
    if (next === "drop") return;
    if (next === "keep") break;
  }
  session.setProvider(alias, settings as unknown as ProviderConfigInput);
  prompter.note(`provider ${alias} will be set up`, "good");
}

/** What speaks against a provider, as far as it can be known without asking it for anything. */
async function problemOf(
  alias: string,
  settings: Settings,
  { place, installation, surroundings }: Session,
): Promise<{ readonly message: string; readonly hint: string; readonly isFatal: boolean } | undefined> {
  const parsed = parseProviderConfig(settings);
  if (!parsed.ok) {
    const rules = parsed.issues.map(({ path, rule }) => `${printable(path.join("."))} ${rule}`);
    return { message: rules.join("; "), hint: "correct it as the rule says", isFatal: true };
  }
  const { environment } = installation;
  const problem = await place.providers
    .find(({ source }) => source === parsed.value.source)
    ?.check({ provider: alias, config: parsed.value, environment, signal: surroundings.signal });
  return problem && { message: problem.message, hint: problem.hint, isFatal: false };
}

async function remove(alias: string, session: Session, prompter: Prompter, yes: boolean): Promise<void> {
  const users = session.candidates.filter((candidate) => {
    const ref = session.assignmentOf(candidate)?.ref ?? candidate.ref;
    return ref?.provider === alias;
  });
  if (users.length > 0)
    prompter.note(
      `${counted(users.length, "field")} still need${users.length === 1 ? "s" : ""} it, and the plan will not hold until another ref is given: ${users.map(fieldName).join(", ")}`,
      "warning",
    );
  if (!(await consent(`Remove the provider ${alias}?`, prompter, yes))) return;
  session.removeProvider(alias);
  prompter.note(`the plan removes provider ${alias}`, "good");
}
