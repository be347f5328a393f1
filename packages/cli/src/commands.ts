import type { Command, Commands } from "./command.ts";
import { execFlags, gateFlags, globalFlags, installationFlags, outputFlags, reportFlags } from "./flags.ts";

const everywhere = { Everywhere: globalFlags };

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
