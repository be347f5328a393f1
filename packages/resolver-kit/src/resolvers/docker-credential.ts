import { refuse } from "../refusal.ts";
import type { Resolution } from "../definition.ts";
import type { ReadyResolver } from "./ready-resolver.ts";
import { filled, parseJson, property } from "./run-for-json.ts";
import { runProgram } from "./run-program.ts";

/** What the helpers' shared library prints, to standard output, for a server they do not know. */
const NOT_FOUND = "credentials not found in native keychain";

/** Asks a docker credential helper. Some answer a missing credential with status 0 and empty fields. */
export const dockerCredential: ReadyResolver = {
  summary: "a docker credential helper (docker-credential-pass, -secretservice, -osxkeychain, ...)",
  ids: "a server as docker stores it, https://index.docker.io/v1/ or registry.example",
  options: {
    helper: { value: "FILE", required: true, what: "the helper, an absolute path" },
    field: {
      value: "FIELD",
      fallback: "Secret",
      choices: ["Secret", "Username"],
      what: "what to answer of a credential",
    },
  },
  define: ({ options: { helper = "", field = "" } }) => ({
    async resolveOne(id, { signal }): Promise<Resolution> {
      const { status, stdout } = await runProgram({ command: helper, args: ["get"], input: id, signal });
      if (stdout.trim() === "" && status === 0) return undefined;
      if (status !== 0) return stdout.trim() === NOT_FOUND ? undefined : refuse("UNAVAILABLE");
      return filled(property(parseJson(stdout), field));
    },
  }),
};
