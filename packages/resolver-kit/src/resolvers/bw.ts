import { refuse } from "../refusal.ts";
import type { Resolution } from "../definition.ts";
import type { ReadyResolver } from "./ready-resolver.ts";
import { filled, property, runForJson } from "./run-for-json.ts";

/** Lists the vault once for each batch: every start of bw takes a second or two. */
export const bw: ReadyResolver = {
  summary: "an unlocked Bitwarden vault (the variable BW_SESSION)",
  ids: "an item's name or its id",
  options: {
    command: { value: "FILE", fallback: "/usr/bin/bw", what: "bw" },
    field: {
      value: "FIELD",
      fallback: "password",
      choices: ["password", "username", "notes"],
      what: "what to answer of an item",
    },
  },
  define: ({ options: { command = "", field = "" } }) => ({
    async resolve(ids, { signal }) {
      // Without --nointeraction it would ask for the master password.
      const items = await runForJson({ command, args: ["--nointeraction", "list", "items"], signal });
      if (!Array.isArray(items)) throw refuse("UNAVAILABLE");
      return new Map(ids.map((id) => [id, resolution(items, id, field)]));
    },
  }),
};

function resolution(items: readonly unknown[], id: string, field: string): Resolution {
  const exact = items.filter((item) => property(item, "id") === id);
  const [item, ...others] = exact.length > 0 ? exact : items.filter((item) => property(item, "name") === id);
  if (others.length > 0) return refuse("AMBIGUOUS");
  return filled(field === "notes" ? property(item, "notes") : property(property(item, "login"), field));
}
