import type { Command } from "../command-line/command.ts";
import {
  agentFlags,
  applyFlags,
  configureFlags,
  execFlags,
  gateFlags,
  installationFlags,
  outputFlags,
  planFlags,
  reportFlags,
} from "../command-line/flags.ts";
import { everywhere, gatewaySections } from "./sections.ts";

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
    const { auditCommand } = await import("../secrets/audit-command.ts");
    return auditCommand(flags, surroundings);
  },
};

const configure: Command = {
  words: ["secrets", "configure"],
  summary: "move credentials from plaintext to refs, step by step",
  details:
    "Asks on the terminal: providers first, then credentials, then where each is kept. Every answer is checked at once, and what would change is shown, values masked, before anything does. Never shows or asks for a value. Without a terminal, see secrets plan.",
  sections: {
    "What is asked": { ...configureFlags, ...agentFlags, ...execFlags },
    Output: outputFlags,
    "Which installation": installationFlags,
    ...everywhere,
  },
  examples: [
    ["durar secrets configure", "set up providers and move credentials"],
    ["durar secrets configure --plan-out plan.json", "keep what is decided, also on Ctrl-C"],
    ["durar secrets configure --agent work", "and no other agent's credentials"],
  ],
  run: async ({ flags }, surroundings) => {
    const { secretsConfigureCommand } = await import("../secrets/secrets-configure-command.ts");
    return secretsConfigureCommand(flags, surroundings);
  },
};

const plan: Command = {
  words: ["secrets", "plan"],
  summary: "plan a move from plaintext to refs, without a terminal",
  details:
    "Makes the plan that secrets apply carries out, and writes nothing else. A plan says what is to stand where and what it found there; it holds no secret. Exits 3 when a plaintext field got no ref, and names it.",
  sections: {
    "What becomes a ref": { ...planFlags, ...agentFlags },
    Output: outputFlags,
    "Which installation": installationFlags,
    ...everywhere,
  },
  examples: [
    ["durar secrets plan --all-plaintext-to env --move-values", "everything into .env"],
    ["durar secrets plan --set gateway.auth.token=env::TOKEN", "one field"],
  ],
  run: async ({ flags }, surroundings) => {
    const { secretsPlanCommand } = await import("../secrets/secrets-plan-command.ts");
    return secretsPlanCommand(flags, surroundings);
  },
};

const apply: Command = {
  words: ["secrets", "apply"],
  summary: "carry out a plan: refs in, plaintext out",
  details:
    "Checks that every ref resolves and yields what it replaces, then changes all files or none, and scrubs what the move leaves behind. Keeps no copy of the plaintext. Finishes a change that was interrupted first, and has a running gateway reload.",
  sections: {
    "What is applied": { ...applyFlags, ...execFlags },
    Output: outputFlags,
    "Which installation": installationFlags,
    ...everywhere,
  },
  examples: [
    ["durar secrets apply --from plan.json --dry-run", "look at what would change"],
    ["durar secrets apply --from plan.json", "change it"],
  ],
  run: async ({ flags }, surroundings) => {
    const { secretsApplyCommand } = await import("../secrets/secrets-apply-command.ts");
    return secretsApplyCommand(flags, surroundings);
  },
};

const reload: Command = {
  words: ["secrets", "reload"],
  summary: "have the gateway read its configuration and secrets again",
  details:
    "All of it or nothing: exits 2 with every reason when something does not resolve, and the gateway keeps what it had.",
  sections: gatewaySections,
  examples: [["durar secrets reload", "after a secret was rotated"]],
  run: async ({ flags }, surroundings) => {
    const { secretsReloadCommand } = await import("../secrets/secrets-reload-command.ts");
    return secretsReloadCommand(flags, surroundings);
  },
};

const status: Command = {
  words: ["secrets", "status"],
  summary: "show which secrets a gateway has in force, and since when",
  details:
    "Shows generation, age, last attempt, providers, warnings and reasons; no value. Exits 1 when degraded.",
  sections: gatewaySections,
  examples: [
    ["durar secrets status", "how do the secrets stand"],
    ["durar secrets status --json", "for a monitor"],
  ],
  run: async ({ flags }, surroundings) => {
    const { secretsStatusCommand } = await import("../secrets/secrets-status-command.ts");
    return secretsStatusCommand(flags, surroundings);
  },
};

/** What `durar secrets` does. */
export const secretsCommands: readonly Command[] = [
  { words: ["secrets"], summary: "find and manage secrets", sections: everywhere, examples: [] },
  audit,
  configure,
  plan,
  apply,
  reload,
  status,
];
