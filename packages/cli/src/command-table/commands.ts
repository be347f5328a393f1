import type { Command, Commands } from "../command-line/command.ts";
import { agentsCommands } from "./agents.ts";
import { channelsCommands } from "./channels.ts";
import { configCommands } from "./config.ts";
import { gatewayCommands } from "./gateway.ts";
import { onboardingCommands } from "./onboarding.ts";
import { overviewCommands } from "./overview.ts";
import { secretsCommands } from "./secrets.ts";
import { everywhere } from "./sections.ts";

const durar: Command = {
  words: [],
  summary: "secrets management for configuration-driven servers",
  details:
    "Finds credentials that lie in files as plaintext, and references to credentials that do not resolve, before a server does; and runs a gateway that resolves them once and keeps the last good ones.",
  sections: everywhere,
  examples: [
    ["durar onboard", "set up a gateway and a model's key"],
    ["durar secrets audit", "where does plaintext lie, what does not resolve"],
    ["durar gateway run", "serve with every secret resolved"],
    ["durar status", "how does it stand"],
    ["durar help secrets audit", "what else can that do"],
  ],
};

const completion: Command = {
  words: ["completion"],
  summary: "print a completion script for bash, zsh or fish",
  sections: everywhere,
  arguments: [{ name: "shell", choices: ["bash", "zsh", "fish"] }],
  examples: [
    ['eval "$(durar completion bash)"', "in ~/.bashrc"],
    ['eval "$(durar completion zsh)"', "in ~/.zshrc, after compinit"],
    ["durar completion fish | source", "in ~/.config/fish/config.fish"],
  ],
  run: async ({ arguments: [shell = ""] }) => {
    const { completionScript } = await import("../completion/completion.ts");
    return { exitCode: 0, stdout: completionScript(shell, COMMANDS), stderr: "" };
  },
};

/** Every command there is, in the order in which help lists them. */
export const COMMANDS: Commands = [
  durar,
  ...onboardingCommands,
  ...secretsCommands,
  ...overviewCommands,
  ...gatewayCommands,
  ...configCommands,
  ...channelsCommands,
  ...agentsCommands,
  completion,
];
