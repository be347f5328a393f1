import { refuse } from "../refusal.ts";
import type { ReadyResolver } from "./ready-resolver.ts";
import { filled, property, runForJson } from "./run-for-json.ts";

const fields = ["AccessKeyId", "SecretAccessKey", "SessionToken"];

/** Runs a `credential_process` once for each batch, so that the parts of one credential belong together. */
export const awsCredentialProcess: ReadyResolver = {
  summary: "a program for the credential_process setting of AWS tools",
  ids: "AccessKeyId, SecretAccessKey or SessionToken",
  options: {},
  takesProgram: true,
  define: ({ program: [command = "", ...args] }) => ({
    async resolve(ids, { signal }) {
      const credential = await runForJson({ command, args, signal });
      if (property(credential, "Version") !== 1 || isExpired(property(credential, "Expiration")))
        throw refuse("UNAVAILABLE");
      return new Map(
        ids.map((id) => [id, fields.includes(id) ? filled(property(credential, id)) : undefined]),
      );
    },
  }),
};

function isExpired(expiration: unknown): boolean {
  return typeof expiration === "string" && !(Date.parse(expiration) > Date.now());
}
