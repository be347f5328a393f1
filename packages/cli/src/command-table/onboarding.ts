import type { Command } from "../command-line/command.ts";
import {
  execFlags,
  installationFlags,
  modelKeyFlags,
  onboardAuthFlags,
  onboardFlags,
  outputFlags,
} from "../command-line/flags.ts";
import { everywhere } from "./sections.ts";

const onboard: Command = {
  words: ["onboard"],
  summary: "set up a gateway's authentication and a model's key",
  details:
    "Asks for both on the terminal, each to be kept by a ref or as plaintext, and takes every answer by a flag too. A ref must resolve before anything is saved; commands of exec providers run with --allow-exec or your word alone. Makes the state directory and the configuration where there are none, and changes nothing else of one that is there. A secret is typed where it does not show, or read from a file or standard input.",
  sections: {
    "The gateway": onboardAuthFlags,
    "The model": modelKeyFlags,
    "How it is done": { ...onboardFlags, ...execFlags },
    Output: outputFlags,
    "Which installation": installationFlags,
    ...everywhere,
  },
  examples: [
    ["durar onboard", "step by step"],
    ["durar onboard --generate-token --skip-model-provider", "without a question"],
    ["durar onboard --gateway-auth keep", "the model's key alone"],
  ],
  run: async ({ flags }, surroundings) => {
    const { onboardCommand } = await import("../onboard/onboard-command.ts");
    return onboardCommand(flags, surroundings);
  },
};

/** Setting up an installation. */
export const onboardingCommands: readonly Command[] = [onboard];
