import { join } from "node:path";
import { DurarError } from "@durar/secretref-schema";
import { assertNoLeak, canary, temporaryDirectory, writePrivate, writeScript } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { COMMAND_ERRORS } from "./command-errors.ts";
import { COMMANDS } from "./command-table/commands.ts";
import type { Surroundings } from "./console.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { configWith, durar, surroundings, type FailureDocument } from "./fixtures/durar.ts";
import { formatHelp } from "./command-line/format-help.ts";
import { runDurar } from "./run-durar.ts";
import { version } from "./version.ts";

const audit = ["secrets", "audit"];

/** Surroundings that fail when the command asks where it is. */
function failing(error: unknown): Surroundings {
  return {
    ...surroundings("/"),
    get cwd(): string {
      throw error;
    },
  };
}

describe("without a failure", () => {
  test("nothing to do is answered with help", async () => {
    const page = formatHelp(COMMANDS[0], COMMANDS);
    expect(await durar("/", [])).toEqual({ exitCode: 0, stdout: page, stderr: "" });
    expect(await durar("/", ["help"])).toEqual({ exitCode: 0, stdout: page, stderr: "" });
  });

  test("half a command is answered with help too, on standard error", async () => {
    const { stdout } = await durar("/", ["secrets", "--help"]);
    expect(await durar("/", ["secrets"])).toEqual({ exitCode: 64, stdout: "", stderr: stdout });
  });

  test("the version is one line", async () => {
    expect(await durar("/", ["--version"])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("a completion script is printed", async () => {
    const { exitCode, stdout } = await durar("/", ["completion", "fish"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("complete -c $command");
  });
});

describe("a failure", () => {
  test("is a line and what to do, on standard error", async () => {
    expect(await durar("/", ["secrets", "adit"])).toEqual({
      exitCode: 64,
      stdout: "",
      stderr: "durar: unknown command adit [USAGE]\n  -> did you mean durar secrets audit?\n",
    });
  });

  const aborted = AbortSignal.abort();
  const failures: readonly (readonly [
    string,
    readonly string[],
    Surroundings,
    keyof typeof COMMAND_ERRORS,
  ])[] = [
    ["an unknown command", ["nope"], surroundings("/"), "USAGE"],
    ["an unknown flag", [...audit, "--nope"], surroundings("/"), "USAGE"],
    ["a flag of another command", ["completion", "bash"], surroundings("/"), "USAGE"],
    ["half a command", ["secrets"], surroundings("/"), "USAGE"],
    ["no command", [], surroundings("/"), "USAGE"],
    ["a flag that needs a value", [...audit, "--config"], surroundings("/"), "USAGE"],
    ["two formats", [...audit, "--format", "sarif"], surroundings("/"), "USAGE"],
    ["a baseline that is missing", [...audit, "--baseline", "none"], surroundings("/"), "FILE_UNREADABLE"],
    [
      "a baseline's place that is taken",
      [...audit, "--write-baseline", "."],
      surroundings("/"),
      "FILE_UNWRITABLE",
    ],
    ["an interruption", audit, surroundings("/", { signal: aborted }), "INTERRUPTED"],
    ["a fault of our own", audit, failing(new TypeError("unforeseen")), "INTERNAL"],
    ["a working directory that is gone", audit, failing(uvError("uv_cwd")), "DIRECTORY_MISSING"],
    ["a user without a home", audit, failing(uvError("uv_os_homedir")), "DIRECTORY_MISSING"],
  ];
  test.each(failures)(
    "with --json is one document, and nothing else: %s",
    async (_what, args, where, code) => {
      const { exitCode, stdout, stderr } = await runDurar([...args, "--json"], where);
      const { ok, error } = JSON.parse(stdout) as FailureDocument;
      expect({ ok, code: error.code }).toEqual({ ok: false, code });
      expect(Object.keys(error)).toEqual(["code", "message", "hint"]);
      for (const text of Object.values(error)) expect(text).toMatch(/^[ -~]+$/);
      expect(stderr).toBe("");
      expect(exitCode).toBe(COMMAND_ERRORS[code].exitCode);
    },
  );

  test.each([
    [["--format", "json", "nope"], true],
    [["--format=json", "nope"], true],
    [["nope", "--config", "--json"], true],
    [["nope", "--", "--json"], false],
    [["nope", "--format", "sarif"], false],
  ])("%j asks for JSON: %s", async (args, json) => {
    const { stdout, stderr } = await durar("/", args);
    expect([stdout !== "", stderr !== ""]).toEqual([json, !json]);
  });

  test("names every status in one table", () => {
    for (const { exitCode } of Object.values(COMMAND_ERRORS))
      expect(EXIT_CODES).toHaveProperty(String(exitCode));
  });
});

describe("an error that is not ours", () => {
  test("shows its kind and the system's code, and no word of its text", async () => {
    const secret = canary();
    const errors = [
      new Error(secret),
      new SyntaxError(`Unexpected token in ${secret}`),
      Object.assign(new Error(secret), { name: secret, code: secret, stdout: secret }),
      { message: secret },
      secret,
    ];
    for (const error of errors)
      for (const args of [audit, [...audit, "--json"]]) {
        const outcome = await assertNoLeak(secret, () => runDurar(args, failing(error)));
        expect(outcome).toMatchObject({ result: { exitCode: 70 } });
      }
    const { stderr } = await runDurar(audit, failing(Object.assign(new RangeError("x"), { code: "EMFILE" })));
    expect(stderr).toBe(
      "durar: internal error (RangeError EMFILE) [INTERNAL]\n  -> report it with this line\n",
    );
  });

  test("is told from ours, whose message and hint are for the operator, escaped", async () => {
    const error = new DurarError({
      code: "CONFIG_LAYOUT_UNKNOWN",
      kind: "invalid-config",
      message: "no such layout \u001b[31m",
      hint: "use\nanother",
    });
    expect(await runDurar(audit, failing(error))).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "durar: no such layout \\u001b[31m [CONFIG_LAYOUT_UNKNOWN]\n  -> use\\u000aanother\n",
    });
  });
});

describe("an interruption", () => {
  test("ends a provider that would take long, and the command with 130", async () => {
    const state = await temporaryDirectory();
    const command = await writeScript(join(state, "slow"), "#!/bin/sh\nsleep 60\n");
    const config = {
      secrets: { providers: { vault: { source: "exec", command, timeoutMs: 60_000 } } },
      models: { providers: { openai: { apiKey: { source: "exec", provider: "vault", id: "a" } } } },
    };
    await writePrivate(join(state, "Durar.json"), JSON.stringify(config));
    const started = Date.now();
    const result = await durar(state, [...audit, "--allow-exec"], { signal: AbortSignal.timeout(300) });
    expect(result).toEqual({
      exitCode: 130,
      stdout: "",
      stderr: "durar: interrupted [INTERRUPTED]\n  -> run it again\n",
    });
    expect(Date.now() - started).toBeLessThan(30_000);
  });

  test("that comes while the command is busy still keeps it from looking done", async () => {
    const state = await temporaryDirectory();
    await writePrivate(join(state, "Durar.json"), configWith(canary()));
    const interruption = new AbortController();
    const busy: Surroundings = {
      ...surroundings(state, { signal: interruption.signal }),
      get stdoutIsTerminal() {
        // As late as can be: the report is being written.
        setImmediate(() => interruption.abort());
        return false;
      },
    };
    expect((await runDurar(audit, busy)).exitCode).toBe(130);
  });
});

function uvError(syscall: string): Error {
  return Object.assign(new Error("ENOENT"), { code: "ENOENT", syscall });
}
