import type { Command } from "../command-line/command.ts";
import { installationFlags, outputFlags, submissionFlags } from "../command-line/flags.ts";
import { everywhere, gatewaySections } from "./sections.ts";

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
    const { configValidateCommand } = await import("../config/config-validate-command.ts");
    return configValidateCommand(flags, surroundings);
  },
};

const configSchema: Command = {
  words: ["config", "schema"],
  summary: "print a JSON Schema of the configuration, for editors",
  details:
    "What is read of a configuration, with a value or a ref in every credential field. durar config validate checks more.",
  sections: everywhere,
  examples: [["durar config schema > durar.schema.json", "and name the file in $schema, or in the editor"]],
  run: async () => {
    const { configSchemaCommand } = await import("../config/config-schema-command.ts");
    return configSchemaCommand();
  },
};

const configGet: Command = {
  words: ["config", "get"],
  summary: "show the gateway's configuration, secrets redacted",
  details:
    "Prints the file as it is, with a sentinel in the place of each secret; refs show. A sentinel that is left in place means the same value when the text is submitted again.",
  sections: gatewaySections,
  arguments: [{ name: "path", optional: true }],
  examples: [
    ["durar config get", "the whole file"],
    ["durar config get models.providers", "one part of it, as JSON"],
    ["durar config get --json", "with the hash that config set needs"],
  ],
  run: async ({ flags, arguments: [path = ""] }, surroundings) => {
    const { configGetCommand } = await import("../config/config-get-command.ts");
    return configGetCommand(flags, path, surroundings);
  },
};

const writeSections = { Submission: submissionFlags, ...gatewaySections };

const configSet: Command = {
  words: ["config", "set"],
  summary: "replace the configuration, if its secrets resolve",
  details:
    "Everything is checked and every secret resolved before the file is written; what is refused changes nothing. Takes effect at once.",
  sections: writeSections,
  examples: [["durar config set --from new.json5 --base-hash HASH", "an edited copy of config get"]],
  run: async ({ flags }, surroundings) => {
    const { configWriteCommand } = await import("../config/config-write-command.ts");
    return configWriteCommand("set", flags, surroundings);
  },
};

const configPatch: Command = {
  words: ["config", "patch"],
  summary: "change some fields of the configuration",
  details:
    "Takes a JSON merge patch (RFC 7396): what it names is set, null removes. Comments, order and everything else stay.",
  sections: writeSections,
  examples: [["echo '{gateway: {port: 18789}}' | durar config patch --from -", "one field"]],
  run: async ({ flags }, surroundings) => {
    const { configWriteCommand } = await import("../config/config-write-command.ts");
    return configWriteCommand("patch", flags, surroundings);
  },
};

const configApply: Command = {
  words: ["config", "apply"],
  summary: "replace the configuration and listen anew",
  details: "As config set, and the TCP listener is opened afresh, also where its address stays the same.",
  sections: writeSections,
  examples: [["durar config apply --from new.json5 --base-hash HASH", "an edited copy of config get"]],
  run: async ({ flags }, surroundings) => {
    const { configWriteCommand } = await import("../config/config-write-command.ts");
    return configWriteCommand("apply", flags, surroundings);
  },
};

/** What `durar config` does. */
export const configCommands: readonly Command[] = [
  {
    words: ["config"],
    summary: "look at the configuration and change it",
    sections: everywhere,
    examples: [],
  },
  validate,
  configSchema,
  configGet,
  configSet,
  configPatch,
  configApply,
];
