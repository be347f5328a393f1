import { parseProviderConfig, printable, type SecretSource } from "@durar/secretref-schema";
import type { Choice, Prompter } from "./prompter.ts";

/** The settings of a provider as far as they have been given. */
export type Settings = Readonly<Record<string, unknown>>;

/** How the answer to a question is read and shown. */
interface Notation {
  /** The setting, or `undefined` where it is left out. */
  readonly read: (answer: string) => unknown;
  readonly show: (setting: unknown) => string;
}

/** A question about one setting: in words, or with a few answers of which the first is the default. */
type Question = {
  readonly setting: string;
  readonly ask: string;
  readonly example?: string;
} & ({ readonly notation: Notation } | { readonly choices: readonly Choice<unknown>[] });

const text: Notation = { read: (answer) => answer, show: (setting) => textOf(setting) };

const number: Notation = {
  read: (answer) => (answer === "" ? undefined : Number(answer)),
  show: (setting) => textOf(setting),
};

const list: Notation = {
  read: (answer) => (answer === "" ? undefined : answer.split(",").map((item) => item.trim())),
  show: (setting) => (Array.isArray(setting) ? setting.join(", ") : ""),
};

/** Words, or a JSON list where a word holds a blank. */
const words: Notation = {
  read: (answer) => {
    if (answer === "") return undefined;
    return answer.startsWith("[") ? parsed(answer) : answer.split(/ +/);
  },
  show: (setting) => {
    if (!Array.isArray(setting)) return "";
    const isPlain = setting.every((word) => typeof word === "string" && /^[^ [][^ ]*$/.test(word));
    return isPlain ? setting.join(" ") : JSON.stringify(setting);
  },
};

const QUESTIONS: Readonly<Record<SecretSource, readonly Question[]>> = {
  env: [
    {
      setting: "allowlist",
      ask: "Variables it may read, with commas between (empty: any)",
      example: "OPENAI_API_KEY, GITHUB_TOKEN",
      notation: list,
    },
  ],
  file: [
    { setting: "path", ask: "Path of the file", example: "~/secrets.json", notation: text },
    {
      setting: "mode",
      ask: "What the file holds",
      choices: [
        { value: undefined, label: "a JSON object with many values" },
        { value: "singleValue", label: "one value, which is the whole file" },
      ],
    },
  ],
  exec: [
    {
      setting: "command",
      ask: "Absolute path of the command",
      example: "/usr/local/bin/vault-resolver",
      notation: text,
    },
    {
      setting: "jsonOnly",
      ask: "What it answers",
      choices: [
        { value: undefined, label: "the JSON of the protocol, for many ids at once" },
        { value: false, label: "the bare value of one id" },
      ],
    },
    {
      setting: "args",
      ask: "Arguments (words, or a JSON list; {id} for the id of a bare value)",
      example: "read {id}",
      notation: words,
    },
    {
      setting: "passEnv",
      ask: "Variables it gets, with commas between (empty: none)",
      example: "HOME, VAULT_ADDR",
      notation: list,
    },
    {
      setting: "timeoutMs",
      ask: "Milliseconds it may take (empty: 5000)",
      example: "5000",
      notation: number,
    },
    {
      setting: "allowSymlinkCommand",
      ask: "May the path of the command be a link, as Homebrew's are?",
      choices: [
        { value: undefined, label: "no" },
        { value: true, label: "yes" },
      ],
    },
    {
      setting: "trustedDirs",
      ask: "Directories the command must lie in (empty: anywhere)",
      example: "/opt/homebrew",
      notation: list,
    },
  ],
};

/** Asks for every setting of a provider, the present ones prefilled; those that are not asked for are kept. */
export async function askSettings(
  source: SecretSource,
  present: Settings,
  prompter: Prompter,
): Promise<Settings> {
  let settings: Settings = { ...present, source };
  for (const question of QUESTIONS[source]) {
    const { setting } = question;
    const value =
      "choices" in question
        ? await prompter.select(question.ask, question.choices, settings[setting])
        : question.notation.read(
            await prompter.text(question.ask, {
              initial: safe(question.notation.show(settings[setting])),
              example: question.example,
              check: (answer) =>
                brokenRule(withSetting(settings, setting, question.notation.read(answer)), setting),
            }),
          );
    settings = withSetting(settings, setting, value);
  }
  return settings;
}

/** The rule that a setting breaks, by the one schema there is for providers. */
function brokenRule(settings: Settings, setting: string): string | undefined {
  const parsedSettings = parseProviderConfig(settings);
  if (parsedSettings.ok) return undefined;
  const issue = parsedSettings.issues.find(({ path }) => path[0] === setting);
  if (issue === undefined) return undefined;
  const [, item] = issue.path;
  return item === undefined ? issue.rule : `number ${Number(item) + 1} ${issue.rule}`;
}

function withSetting(settings: Settings, setting: string, value: unknown): Settings {
  const others = Object.entries(settings).filter(([name]) => name !== setting);
  return Object.fromEntries(value === undefined ? others : [...others, [setting, value]]);
}

/** What a terminal might obey is not put where it could be edited. */
function safe(shown: string): string | undefined {
  return shown === "" || printable(shown) !== shown ? undefined : shown;
}

function textOf(setting: unknown): string {
  return typeof setting === "string" || typeof setting === "number" ? String(setting) : "";
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return json;
  }
}
