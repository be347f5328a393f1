import { refuse } from "../refusal.ts";
import type { Resolution } from "../definition.ts";
import { parseJson, property } from "./run-for-json.ts";
import type { ReadyResolver } from "./ready-resolver.ts";
import { runProgram } from "./run-program.ts";

/**
 * Reads an encrypted environment file once for each batch. Without the private key, dotenvx prints what it could not
 * decrypt as it is; that is no value.
 */
export const dotenvx: ReadyResolver = {
  summary: "an environment file that dotenvx has encrypted",
  ids: "a variable's name",
  options: {
    command: { value: "FILE", required: true, what: "dotenvx, an absolute path" },
    file: { value: "FILE", required: true, what: "the environment file" },
    "keys-file": {
      value: "FILE",
      what: "holds the private key; else the file's neighbour .env.keys, or a variable",
    },
  },
  define: ({ options }) => ({
    async resolve(ids, { signal }) {
      const { command = "", file = "" } = options;
      const keysFile = options["keys-file"];
      const { status, stdout } = await runProgram({
        command,
        args: [
          // The file's own values, whatever the resolver's variables are called; and no other service is asked.
          ...["get", "--overload", "--no-armor", "--no-native", "--no-1password", "--no-bitwarden"],
          ...["--file", file],
          ...(keysFile === undefined ? [] : ["--env-keys-file", keysFile]),
        ],
        signal,
      });
      const values = parseJson(stdout);
      const missing = status === 0 ? undefined : refuse("UNAVAILABLE");
      return new Map(ids.map((id) => [id, resolution(property(values, id), missing)]));
    },
  }),
};

function resolution(value: unknown, missing: Resolution): Resolution {
  if (typeof value !== "string" || value === "") return missing;
  return value.startsWith("encrypted:") ? refuse("UNAVAILABLE") : value;
}
