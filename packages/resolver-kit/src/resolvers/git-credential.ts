import { refuse } from "../refusal.ts";
import type { Resolution } from "../definition.ts";
import type { ReadyResolver } from "./ready-resolver.ts";
import { filled } from "./run-for-json.ts";
import { runProgram } from "./run-program.ts";

/** Asks the credential helpers that git is configured with, and nobody else: git itself would ask on the terminal. */
export const gitCredential: ReadyResolver = {
  summary: "git's credential helpers (store, cache, libsecret, a credential manager)",
  ids: "a URL, https://github.com, or github.com for short",
  options: {
    command: { value: "FILE", fallback: "/usr/bin/git", what: "git itself" },
    helper: {
      value: "HELPER",
      what: "this helper, as in git's credential.helper, in place of the configured ones",
    },
    username: { value: "NAME", what: "the user whose credential it is" },
    field: {
      value: "FIELD",
      fallback: "password",
      choices: ["password", "username"],
      what: "what to answer of a credential",
    },
    "use-http-path": { what: "tell the helpers the URL's path, too" },
  },
  define: ({ options, switches }) => ({
    async resolveOne(id, { signal }): Promise<Resolution> {
      const { command = "", helper, username, field = "" } = options;
      const settings = [
        ...(helper === undefined ? [] : ["credential.helper=", `credential.helper=${helper}`]),
        ...(switches.has("use-http-path") ? ["credential.useHttpPath=true"] : []),
      ];
      const { status, stdout } = await runProgram({
        command,
        args: [...settings.flatMap((setting) => ["-c", setting]), "credential", "fill"],
        input: [
          `url=${id.includes("://") ? id : `https://${id}`}`,
          ...(username === undefined ? [] : [`username=${username}`]),
          "\n",
        ].join("\n"),
        // What no helper knows, git asks for by true(1), which says nothing: so nothing is an answer of its own,
        // and every other status is a fault.
        environment: { GIT_ASKPASS: "true", GIT_TERMINAL_PROMPT: "0" },
        signal,
      });
      if (status !== 0) return refuse("UNAVAILABLE");
      const fields = new Map(
        stdout.split("\n").map((line) => {
          const at = line.indexOf("=");
          return [line.slice(0, at), line.slice(at + 1)];
        }),
      );
      return filled(fields.get(field));
    },
  }),
};
