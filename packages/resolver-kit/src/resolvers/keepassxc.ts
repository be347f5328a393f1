import { readFile } from "node:fs/promises";
import { refuse } from "../refusal.ts";
import type { Resolution } from "../definition.ts";
import { parseCsv } from "./parse-csv.ts";
import type { ReadyResolver } from "./ready-resolver.ts";
import { runProgram } from "./run-program.ts";

/** Opens the database once for each batch: that takes about a second, however few entries are wanted. */
export const keepassxc: ReadyResolver = {
  summary: "a KeePassXC database",
  ids: "an entry's title, with its groups before it: servers/db",
  options: {
    command: { value: "FILE", fallback: "/usr/bin/keepassxc-cli", what: "keepassxc-cli" },
    database: { value: "FILE", required: true, what: "the database, a .kdbx file" },
    "password-file": { value: "FILE", what: "holds the database's password; none where it has no password" },
    "key-file": { value: "FILE", what: "the database's key file" },
    field: {
      value: "FIELD",
      fallback: "Password",
      choices: ["Password", "Username", "URL", "Notes"],
      what: "what to answer of an entry",
    },
  },
  define: ({ options }) => ({
    async resolve(ids, { signal }) {
      const { command = "", database = "", field = "" } = options;
      const passwordFile = options["password-file"];
      const keyFile = options["key-file"];
      const { status, stdout } = await runProgram({
        command,
        args: [
          ...["export", "--quiet", "--format", "csv"],
          ...(keyFile === undefined ? [] : ["--key-file", keyFile]),
          ...(passwordFile === undefined ? ["--no-password"] : []),
          database,
        ],
        input: passwordFile === undefined ? "" : `${firstLine(await readFile(passwordFile, "utf8"))}\n`,
        signal,
      });
      if (status !== 0) throw refuse("UNAVAILABLE");
      const entries = entriesOf(stdout, field);
      return new Map(ids.map((id) => [id, resolution(entries.get(id) ?? [])]));
    },
  }),
};

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? "";
}

/** The fields of the entries, under the groups they lie in without the database's own, and their titles. */
function entriesOf(csv: string, field: string): ReadonlyMap<string, readonly string[]> {
  const [header = [], ...rows] = parseCsv(csv);
  const [group, title, wanted] = ["Group", "Title", field].map((name) => header.indexOf(name));
  const entries = new Map<string, string[]>();
  for (const row of rows) {
    const [, ...groups] = (row[group ?? -1] ?? "").split("/");
    const id = [...groups, row[title ?? -1] ?? ""].join("/");
    entries.set(id, [...(entries.get(id) ?? []), row[wanted ?? -1] ?? ""]);
  }
  return entries;
}

function resolution(values: readonly string[]): Resolution {
  const [value = "", ...others] = values;
  if (others.length > 0) return refuse("AMBIGUOUS");
  // A reference to another entry, which an export leaves as it is.
  if (value.startsWith("{REF:")) return refuse("UNAVAILABLE");
  return value === "" ? undefined : value;
}
