import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Commands } from "./command.ts";
import { COMMANDS } from "../command-table/commands.ts";
import { readCommandLine } from "./read-command-line.ts";

const read = (...args: string[]) => readCommandLine(Object.freeze(args), COMMANDS);

/** A command that takes more than those of today. */
const PACKING: Commands = [
  { words: [], summary: "all", sections: {}, examples: [] },
  {
    words: ["pack"],
    summary: "pack",
    sections: {},
    arguments: [{ name: "box" }, { name: "lid", optional: true }],
    rest: "what...",
    examples: [],
    run: async () => ({ exitCode: 0, stdout: "", stderr: "" }),
  },
];

/** What a command line that cannot be understood is answered with. */
function refusal(...args: string[]): string {
  const request = read(...args);
  return request.kind === "usage"
    ? `${request.message} -> ${request.hint}`
    : `no refusal but ${request.kind}`;
}

function given(...args: string[]) {
  const request = read(...args);
  if (request.kind !== "run") throw new Error(JSON.stringify(request));
  return request.given;
}

function givenPacking(...args: string[]) {
  const request = readCommandLine(args, PACKING);
  if (request.kind !== "run") throw new Error(JSON.stringify(request));
  return request.given;
}

describe("flags and their values", () => {
  test("may stand anywhere, with a blank or an equals sign", () => {
    const flags = { json: true, config: "a.json", "fail-on": "info" };
    expect(given("secrets", "audit", "--json", "--config", "a.json", "--fail-on=info").flags).toEqual(flags);
    expect(given("--json", "--config=a.json", "secrets", "--fail-on", "info", "audit").flags).toEqual(flags);
  });

  test("a value with an equals sign, a blank or a dash inside is taken whole", () => {
    expect(given("secrets", "audit", "--config=a=b c").flags).toEqual({ config: "a=b c" });
    expect(given("secrets", "audit", "--config=-odd").flags).toEqual({ config: "-odd" });
    expect(given("secrets", "audit", "--config", "./-").flags).toEqual({ config: "./-" });
  });

  test("the value of a flag is never taken for a command", () => {
    expect(given("--config", "secrets", "config", "validate").flags).toEqual({ config: "secrets" });
  });

  test("the same flag with the same value twice is the same flag", () => {
    expect(given("secrets", "audit", "--check", "--check", "--config", "a", "--config=a").flags).toEqual({
      check: true,
      config: "a",
    });
  });

  test("an argument is handed over", () => {
    expect(given("completion", "zsh").arguments).toEqual(["zsh"]);
  });

  test("arguments come in their order, and those that are optional may be left out", () => {
    expect(givenPacking("pack", "box").arguments).toEqual(["box"]);
    expect(givenPacking("pack", "box", "lid").arguments).toEqual(["box", "lid"]);
  });

  test("what stands behind the dashes is handed over as it is, flags and further dashes too", () => {
    const { arguments: words, rest } = givenPacking("pack", "box", "--", "tape", "--help", "--", "-x");
    expect(words).toEqual(["box"]);
    expect(rest).toEqual(["tape", "--help", "--", "-x"]);
  });

  test("too many or too few arguments are refused by their count, whatever stands behind the dashes", () => {
    expect(readCommandLine(["pack", "--", "tape"], PACKING)).toMatchObject({
      message: "durar pack needs a box",
    });
    expect(readCommandLine(["pack", "a", "b", "c", "--", "tape"], PACKING)).toMatchObject({
      message: "durar pack takes at most 2 arguments",
    });
  });
});

describe("what cannot be understood is refused, with what was most likely meant", () => {
  test.each([
    [["secrets", "adit"], "unknown command adit -> did you mean durar secrets audit?"],
    [["secret", "audit"], "unknown command secret -> did you mean durar secrets?"],
    [["audit"], "unknown command audit -> did you mean durar secrets audit?"],
    [["secrets", "validate"], "unknown command validate -> did you mean durar config validate?"],
    [["secrets", "scan"], "unknown command scan -> see durar secrets --help"],
    [["reload"], "unknown command reload -> did you mean durar secrets reload?"],
    [["elephant"], "unknown command elephant -> see durar --help"],
    [[""], "unknown command -> see durar --help"],
    [["secrets", "audit", "--chek"], "unknown flag --chek -> did you mean --check?"],
    [["secrets", "audit", "--no-colour"], "unknown flag --no-colour -> did you mean --no-color?"],
    [["secrets", "audit", "--volume", "x"], "unknown flag --volume -> see durar secrets audit --help"],
    [["secrets", "audit", "-v"], "unknown flag -v -> did you mean -V?"],
    [["secrets", "audit", "-x"], "unknown flag -x -> see durar secrets audit --help"],
    [
      ["config", "validate", "--check"],
      "--check is no flag of durar config validate -> it is one of durar secrets audit, durar security audit",
    ],
    [
      ["completion", "bash", "--json"],
      "--json is no flag of durar completion -> see durar completion --help",
    ],
    [["secrets", "--nope"], "unknown flag --nope -> see durar secrets --help"],
    [
      ["secrets", "audit", "more"],
      "durar secrets audit takes no argument -> name a configuration with --config",
    ],
    [
      ["secrets", "audit", "--", "--json"],
      "durar secrets audit takes no argument -> name a configuration with --config",
    ],
    [["mcp", "list", "a", "b"], "durar mcp list takes one argument -> see durar mcp list --help"],
    [["completion"], "durar completion needs a shell -> name one: bash, zsh or fish"],
    [["completion", "bash", "zsh"], "durar completion takes one argument -> see durar completion --help"],
    [["completion", "bsh"], "the shell of durar completion must be bash, zsh or fish -> did you mean bash?"],
    [
      ["completion", "tcsh"],
      "the shell of durar completion must be bash, zsh or fish -> choose one of these",
    ],
    [
      ["secrets", "audit", "--format", "srif"],
      "--format must be text, json, sarif or github -> did you mean sarif?",
    ],
    [
      ["secrets", "audit", "--format", "xml"],
      "--format must be text, json, sarif or github -> choose one of these",
    ],
    [["secrets", "audit", "--layout", "Durar"], "--layout must be durar or openclaw -> did you mean durar?"],
    [["secrets", "audit", "--config"], "--config needs a value -> write --config <file>"],
    [["secrets", "audit", "--state-dir", ""], "--state-dir needs a value -> write --state-dir <directory>"],
    [["secrets", "audit", "--state-dir="], "--state-dir needs a value -> write --state-dir <directory>"],
    [
      ["secrets", "audit", "--config", "--json"],
      "--config needs a value, and a flag follows it -> write --config <file>, or --config=<file> where it starts with a dash",
    ],
    [
      ["secrets", "audit", "--write-baseline", "-"],
      "--write-baseline needs a file -> write ./- for one of that name",
    ],
    [["secrets", "audit", "--check=no"], "--check takes no value -> write --check alone"],
    [
      ["secrets", "audit", "--config", "a", "--config", "b"],
      "--config is given twice, with different values -> decide for one of them",
    ],
  ])("%j", (args, expected) => {
    expect(refusal(...args)).toBe(expected);
  });
});

describe("what was typed is repeated only where it can hardly be a secret", () => {
  const secrets = ["sk-proj-9f8e7d", "hunter2", "Passwort", "a b", "\u001b[31mred", "x".repeat(32), "ghp_x"];
  test.each(secrets)("%j", (secret) => {
    for (const args of [
      [secret],
      ["secrets", secret],
      ["secrets", "audit", secret],
      ["secrets", "audit", `--${secret}`],
      ["secrets", "audit", `--${secret}=${secret}`],
      ["secrets", "audit", "--token", secret],
      ["secrets", "audit", "--check", secret],
      ["secrets", "audit", "--fail-on", secret],
      ["secrets", "audit", `--layout=${secret}`],
      ["secrets", "audit", `--check=${secret}`],
      ["secrets", "audit", "--config", secret, "--config", "b"],
      ["completion", secret],
      ["help", secret],
      ["--", secret],
    ]) {
      expect(read(...args).kind).toBe("usage");
      expect(JSON.stringify(read(...args))).not.toContain(JSON.stringify(secret).slice(1, -1));
    }
  });
});

describe("help and the version are answered whatever else stands there", () => {
  test.each([
    [["--help"], ""],
    [["-h"], ""],
    [["help"], ""],
    [["secrets", "--help"], "secrets"],
    [["help", "secrets"], "secrets"],
    [["secrets", "help"], "secrets"],
    [["help", "secrets", "audit"], "secrets audit"],
    [["secrets", "help", "audit"], "secrets audit"],
    [["secrets", "audit", "--help", "--nope", "more"], "secrets audit"],
    [["--help", "secrets", "audit", "--format", "xml"], "secrets audit"],
    [["completion", "-h"], "completion"],
  ])("%j shows a page", (args, words) => {
    expect(read(...args)).toMatchObject({
      kind: "help",
      command: { words: words.split(" ").filter(Boolean) },
    });
  });

  test.each([[["--version"]], [["-V", "--nope"]], [["secrets", "audit", "--version"]]])("%j", (args) => {
    expect(read(...args)).toEqual({ kind: "version" });
  });

  test("a flag behind -- is none", () => {
    expect(read("secrets", "--", "audit", "--help").kind).toBe("usage");
  });
});

test.each([[[]], [["secrets"]], [["config", "--json"]], [["--check"]]])(
  "%j lacks a command, whatever flags it has of those that it might be",
  (args) => {
    expect(read(...args).kind).toBe("incomplete");
  },
);

test("any words at all are answered, and no command line is changed by reading it", () => {
  const word = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "secrets",
      "audit",
      "config",
      "validate",
      "completion",
      "help",
      "--",
      "-",
      "--=",
      "-=",
      "---",
    ),
    fc.constantFrom(
      "--json",
      "--config",
      "--format=json",
      "--__proto__",
      "--constructor=x",
      "-hV",
      "--no-json",
    ),
  );
  fc.assert(
    fc.property(fc.array(word), (args) => {
      const { kind } = readCommandLine(Object.freeze(args), COMMANDS);
      return ["run", "help", "version", "incomplete", "usage"].includes(kind);
    }),
    { numRuns: 100 },
  );
});

test("a flag means the same wherever it is accepted", () => {
  const seen = new Map<string, unknown>();
  for (const { sections } of COMMANDS)
    for (const [name, flag] of Object.values(sections).flatMap((flags) => Object.entries(flags)))
      expect(seen.get(name) ?? flag, name).toBe(seen.set(name, flag).get(name));
});
