import type { Candidate } from "@durar/apply";
import {
  brokenIdRule,
  printable,
  SECRET_SOURCES,
  type ProviderConfig,
  type SecretRef,
  type SecretSource,
} from "@durar/secretref-schema";
import type { Prompter } from "./prompter.ts";
import type { Session } from "./session.ts";
import { describeProvider } from "./set-up-providers.ts";

/** Asks for source, provider and id, in this order; what there is no choice in is not asked for. */
export async function askRef(
  candidate: Candidate,
  present: SecretRef | undefined,
  session: Session,
  prompter: Prompter,
): Promise<SecretRef> {
  const { providers, defaults } = session.secrets;
  const ofSource = (source: SecretSource): (readonly [string, ProviderConfig])[] =>
    [...providers]
      .filter(([, config]) => config.source === source)
      .sort(([one], [other]) => Number(other === defaults[source]) - Number(one === defaults[source]));
  const sources = SECRET_SOURCES.filter((source) => ofSource(source).length > 0);
  const source = await prompter.select<SecretSource>(
    "Source",
    sources.map((value) => ({ value, label: value })),
    present?.source,
  );
  const provider = await prompter.select(
    "Provider",
    ofSource(source).map(([value, config]) => ({ value, label: `${value}: ${describeProvider(config)}` })),
    present?.provider,
  );
  const config = providers.get(provider);
  const isSame = present?.source === source && present.provider === provider;
  const initial = isSame ? present.id : suggestion(candidate, config, session);
  const id = await prompter.text("Id", {
    // What a terminal might obey is not put where it could be edited.
    initial: initial === undefined || printable(initial) !== initial ? undefined : initial,
    example: examples[source],
    check: (answer) => brokenIdRule(source, answer) ?? refusal(answer, config),
  });
  return { source, provider, id };
}

const examples: Readonly<Record<SecretSource, string>> = {
  env: "OPENAI_API_KEY",
  file: "/openai/apiKey",
  exec: "openai/api-key",
};

/** What a provider could call a field's credential. What is kept by a command, nobody can know. */
function suggestion(
  candidate: Candidate,
  config: ProviderConfig | undefined,
  { planner }: Session,
): string | undefined {
  if (config === undefined || config.source === "exec") return undefined;
  if (config.source === "file" && config.mode === "singleValue") return "value";
  const ids = planner.suggestIds(candidate, config.source);
  return config.source === "env" ? ids.find((id) => config.allowlist?.includes(id) !== false) : ids[0];
}

/** Why a provider has no such id, whatever it holds. */
function refusal(id: string, config: ProviderConfig | undefined): string | undefined {
  if (config?.source === "env" && config.allowlist?.includes(id) === false)
    return "the allowlist of this provider does not name this variable";
  if (config?.source !== "file") return undefined;
  const isWhole = id === "value";
  if (config.mode === "singleValue") return isWhole ? undefined : 'the id of a single-value file is "value"';
  return isWhole ? "the id of a JSON file is a pointer, such as /openai/apiKey" : undefined;
}
