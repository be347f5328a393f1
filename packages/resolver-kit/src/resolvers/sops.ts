import type { Resolution } from "../definition.ts";
import type { ReadyResolver } from "./ready-resolver.ts";
import { filled, property, runForJson } from "./run-for-json.ts";

/** Decrypts a file once for each batch: a key service is asked once, however many ids there are. */
export const sops: ReadyResolver = {
  summary: "a file that sops has encrypted",
  ids: "the keys on the way to the value: db/password",
  options: {
    command: { value: "FILE", fallback: "/usr/bin/sops", what: "sops" },
    file: { value: "FILE", required: true, what: "the encrypted file: YAML, JSON, .env or INI" },
  },
  define: ({ options: { command = "", file = "" } }) => ({
    async resolve(ids, { signal }) {
      const document = await runForJson({
        command,
        args: ["--decrypt", "--output-type", "json", file],
        signal,
      });
      return new Map(ids.map((id) => [id, resolution(id.split("/").reduce(property, document))]));
    },
  }),
};

function resolution(value: unknown): Resolution {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : filled(value);
}
