import type { CommandResult, Surroundings } from "./console.ts";
import {
  execFlags,
  gateFlags,
  globalFlags,
  installationFlags,
  outputFlags,
  reportFlags,
  type Flag,
  type Flags,
} from "./flags.ts";

/** What an operator can ask for, as data: the reader, the help pages and the shell completions are all made of it. */
export interface Command {
  /** The words that call it, `["secrets", "audit"]`; none for the command as a whole. */
  readonly words: readonly string[];
  /** One line of fewer than 60 characters, for lists. */
  readonly summary: string;
  /** What the summary leaves out. */
  readonly details?: string;
  /** Its flags, under the headings that help shows them with. */
  readonly sections: Readonly<Record<string, Flags>>;
  /** The one word it takes besides. */
  readonly argument?: { readonly name: string; readonly choices: readonly string[] };
  /** Command lines, each with what it is good for. */
  readonly examples: readonly (readonly [line: string, purpose: string])[];
  /** Loads what it needs and does it; a command that others belong to has none. */
  readonly run?: (given: Given, surroundings: Surroundings) => Promise<CommandResult>;
}

/** What stood on the command line: of the command's own flags, checked against what they take. */
export interface Given {
  readonly flags: Readonly<Record<string, string | true>>;
  /** The argument of a command that takes one. */
  readonly argument: string;
}

const everywhere = { Global: globalFlags };

const audit: Command = {
  words: ["secrets", "audit"],
  summary: "find plaintext secrets and refs that do not resolve",
  details:
    "Looks through the configuration, the .env files, every agent's stores, and forgotten copies of any of them. Exits 2 when a ref does not resolve or the configuration is invalid. Reads only: it creates, changes and locks nothing.",
  sections: {
    "As a gate": gateFlags,
    Providers: execFlags,
    Output: { ...reportFlags, ...outputFlags },
    "Which installation": installationFlags,
    ...everywhere,
  },
  examples: [
    ["durar secrets audit", "look"],
    ["durar secrets audit --check --allow-exec", "guard a deployment"],
    ["durar secrets audit --format sarif > durar.sarif", "feed code scanning"],
    ["durar secrets audit --config ~/.openclaw/openclaw.json", "an OpenClaw server"],
  ],
  run: async ({ flags }, surroundings) => {
    const { auditCommand } = await import("./audit-command.ts");
    return auditCommand(flags, surroundings);
  },
};

const validate: Command = {
  words: ["config", "validate"],
  summary: "check whether a server would start with a configuration",
  details:
    "Checks syntax, schema, refs, policies, and the settings and path trust of every provider. Exits 2 when something is wrong. Resolves nothing and runs nothing.",
  sections: { Output: outputFlags, "Which installation": installationFlags, ...everywhere },
  examples: [
    ["durar config validate", "the configuration in use"],
    ["durar config validate --config new.json --quiet", "another one, in one line"],
  ],
  run: async ({ flags }, surroundings) => {
    const { configValidateCommand } = await import("./config-validate-command.ts");
    return configValidateCommand(flags, surroundings);
  },
};

const completion: Command = {
  words: ["completion"],
  summary: "print a completion script for bash, zsh or fish",
  sections: everywhere,
  argument: { name: "shell", choices: ["bash", "zsh", "fish"] },
  examples: [
    ['eval "$(durar completion bash)"', "in ~/.bashrc"],
    ['eval "$(durar completion zsh)"', "in ~/.zshrc, after compinit"],
    ["durar completion fish | source", "in ~/.config/fish/config.fish"],
  ],
  run: async ({ argument }) => {
    const { completionScript } = await import("./completion.ts");
    return { exitCode: 0, stdout: completionScript(argument, COMMANDS), stderr: "" };
  },
};

/** First the command as a whole, then its sub-commands in the order in which help lists them. */
export type Commands = readonly [whole: Command, ...others: Command[]];

/** Every command there is. */
export const COMMANDS: Commands = [
  {
    words: [],
    summary: "secrets management for configuration-driven servers",
    details:
      "Finds credentials that lie in files as plaintext, and references to credentials that do not resolve, before a server does.",
    sections: everywhere,
    examples: [
      ["durar secrets audit", "where does plaintext lie, what does not resolve"],
      ["durar config validate", "would a server start with this configuration"],
      ["durar help secrets audit", "what else can that do"],
    ],
  },
  { words: ["secrets"], summary: "find and manage secrets", sections: everywhere, examples: [] },
  audit,
  { words: ["config"], summary: "look at the configuration", sections: everywhere, examples: [] },
  validate,
  completion,
];

/** A command as it is typed. */
export function commandLine({ words }: Pick<Command, "words">): string {
  return ["durar", ...words].join(" ");
}

/** The flags of a command, by name. */
export function flagsOf({ sections }: Command): ReadonlyMap<string, Flag> {
  return new Map(Object.values(sections).flatMap((flags) => Object.entries(flags)));
}

/** The commands one word further than this one. */
export function subcommands({ words }: Command, commands: readonly Command[]): readonly Command[] {
  return commands.filter(
    (other) => other.words.length === words.length + 1 && words.every((word, at) => other.words[at] === word),
  );
}
