import { execFileSync } from "node:child_process";
import { linkSync, readdirSync, readFileSync, truncateSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { assertAbsent, canary, temporaryDirectory, writePrivate, writeScript } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { configWith, durar, OBEYED, type FailureDocument } from "../fixtures/durar.ts";

const audit = ["secrets", "audit"];

/** A state directory with one plaintext credential. */
async function withPlaintext(): Promise<{ readonly state: string; readonly secret: string }> {
  const state = await temporaryDirectory();
  const secret = canary();
  await writePrivate(join(state, "Durar.json"), configWith(secret));
  return { state, secret };
}

/** A state directory with one exec ref, which resolves, and nothing else. */
async function withExecRef(): Promise<string> {
  const state = await temporaryDirectory();
  const command = await writeScript(join(state, "resolver"), `#!/bin/sh\necho stored\n`);
  const config = {
    secrets: { providers: { vault: { source: "exec", command, jsonOnly: false, timeoutMs: 60_000 } } },
    models: { providers: { openai: { apiKey: { source: "exec", provider: "vault", id: "openai" } } } },
  };
  await writePrivate(join(state, "Durar.json"), JSON.stringify(config));
  return state;
}

function failureIn(stdout: string): FailureDocument["error"] {
  const document = JSON.parse(stdout) as FailureDocument;
  expect(Object.keys(document)).toEqual(["ok", "error"]);
  expect(document.ok).toBe(false);
  expect(Object.keys(document.error)).toEqual(["code", "message", "hint"]);
  return document.error;
}

describe("the status", () => {
  test("is 0 for findings, unless they are checked for", async () => {
    const { state } = await withPlaintext();
    expect(await durar(state, audit)).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await durar(state, [...audit, "--check"])).toMatchObject({ exitCode: 1, stderr: "" });
    expect((await durar(state, [...audit, "--check", "--fail-on", "error"])).exitCode).toBe(0);
    expect((await durar(state, [...audit, "--check", "--fail-on", "info"])).exitCode).toBe(1);
  });

  test("is 2 for a dead ref, whatever is allowed", async () => {
    const state = await temporaryDirectory();
    const dead = { models: { providers: { openai: { apiKey: "${NOWHERE_SET}" } } } };
    await writePrivate(join(state, "Durar.json"), JSON.stringify(dead));
    expect((await durar(state, audit)).exitCode).toBe(2);
    expect((await durar(state, [...audit, "--check", "--allow-incomplete"])).exitCode).toBe(2);
  });

  test("is 3 when a check skipped exec refs, unless that is allowed or they are run", async () => {
    const state = await withExecRef();
    expect((await durar(state, audit)).exitCode).toBe(0);
    expect((await durar(state, [...audit, "--check"])).exitCode).toBe(3);
    expect((await durar(state, [...audit, "--check", "--allow-incomplete"])).exitCode).toBe(0);
    expect((await durar(state, [...audit, "--check", "--allow-exec"])).exitCode).toBe(0);
  });

  test("is 2 where there is no configuration", async () => {
    const state = await temporaryDirectory();
    const { exitCode, stdout } = await durar(state, audit);
    expect(exitCode).toBe(2);
    expect(stdout).toContain("Durar.json");
    expect(stdout).toContain("the file does not exist");
  });
});

describe("the output", () => {
  test("is a summary line, then the findings; with --quiet the summary line alone", async () => {
    const { state, secret } = await withPlaintext();
    const { stdout } = await durar(state, audit);
    expect(stdout).toMatch(
      /^findings: 1 plaintext, 1 file scanned, 0 refs checked\n\nDurar\.json\n {2}1:\d+ {2}warn/,
    );
    expect((await durar(state, [...audit, "--quiet"])).stdout).toBe(stdout.replace(/(?<=\n)[^]*/, ""));
    assertAbsent(secret, stdout);
  });

  test("is coloured where colours are wanted", async () => {
    const { state } = await withPlaintext();
    const onTerminal = { stdoutIsTerminal: true };
    expect((await durar(state, audit, onTerminal)).stdout).toContain("\u001b[");
    expect((await durar(state, [...audit, "--no-color"], onTerminal)).stdout).not.toContain("\u001b[");
  });

  test("is one document for machines, the same with --json and --format json", async () => {
    const { state, secret } = await withPlaintext();
    const { stdout, exitCode } = await durar(state, [...audit, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      status: "findings",
      summary: { plaintextCount: 1 },
    });
    expect(exitCode).toBe(0);
    for (const flags of [
      ["--format", "json"],
      ["--format=json", "--json", "--quiet"],
    ])
      expect((await durar(state, [...audit, ...flags])).stdout).toBe(stdout);
    assertAbsent(secret, stdout);
  });

  test("can be SARIF or workflow commands, which name files relative to the working directory", async () => {
    const { state } = await withPlaintext();
    const sarif = JSON.parse((await durar(state, [...audit, "--format", "sarif"])).stdout) as {
      runs: { results: unknown[] }[];
    };
    expect(sarif.runs[0]?.results).toMatchObject([{ ruleId: "PLAINTEXT_FOUND" }]);
    const github = await durar(state, [...audit, "--format", "github"]);
    expect(github.stdout).toMatch(/^::warning file=Durar\.json,line=1,/);
  });

  test("says when a flag has no effect", async () => {
    const { state } = await withPlaintext();
    const { exitCode, stderr } = await durar(state, [...audit, "--fail-on", "info", "--json"]);
    expect(exitCode).toBe(0);
    expect(stderr).toBe("durar: note: --fail-on has no effect without --check\n");
  });

  test("shows nothing that a terminal would obey, whatever files and keys are called", async () => {
    const state = await temporaryDirectory();
    const hostile = "a\u001b]0;owned\u0007\u009b31m\u202eb\r";
    const dead = { source: "env", provider: "nowhere", id: "A" };
    const providers = { [hostile]: { apiKey: canary() }, [`${hostile}2`]: { apiKey: dead } };
    const config = { models: { providers }, [hostile]: 1 };
    await writePrivate(join(state, "Durar.json"), JSON.stringify(config));
    const profiles = {
      version: 1,
      profiles: { [hostile]: { type: "api_key", provider: hostile, key: canary() } },
    };
    await writePrivate(join(state, `agents/${hostile}/agent/auth-profiles.json`), JSON.stringify(profiles));
    const other = await writePrivate(join(state, `${hostile}.json`), "{ broken");
    for (const args of [
      ...["text", "json", "sarif", "github"].map((format) => [...audit, "--format", format]),
      [...audit, "--config", other],
      [...audit, "--baseline", other],
      [...audit, "--write-baseline", other],
      ["config", "validate"],
      ["config", "validate", "--config", other],
      ["config", "validate", "--config", other, "--json"],
    ]) {
      const { stdout, stderr } = await durar(state, args);
      expect(stdout + stderr, args.join(" ")).toContain("owned");
      expect(stdout + stderr, args.join(" ")).not.toMatch(OBEYED);
    }
  });
});

describe("a baseline", () => {
  test("hides what it knows, and holds nothing but ids", async () => {
    const { state, secret } = await withPlaintext();
    const file = join(state, "baseline.json");
    expect((await durar(state, [...audit, "--check", "--write-baseline", "baseline.json"])).exitCode).toBe(1);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
      version: 1,
      ids: [expect.stringMatching(/^[0-9a-f]{16}$/)],
    });
    const known = await durar(state, [...audit, "--check", "--baseline", file]);
    expect(known.exitCode).toBe(0);
    expect(known.stdout).toMatch(/^clean: 1 hidden by the baseline/);

    await writePrivate(join(state, ".env"), `OPENAI_API_KEY=${secret}\n`);
    const more = await durar(state, [...audit, "--check", "--baseline", file]);
    expect(more.exitCode).toBe(1);
    expect(more.stdout).toContain("OPENAI_API_KEY");
  });

  test("may be named from the home directory", async () => {
    const { state } = await withPlaintext();
    const home = { environment: { HOME: state, Durar_STATE_DIR: state } };
    expect((await durar(state, [...audit, "--write-baseline=~/known"], home)).exitCode).toBe(0);
    expect((await durar(state, [...audit, "--check", "--baseline=~/known"], home)).exitCode).toBe(0);
    expect(readdirSync(state).sort()).toEqual(["Durar.json", "known"]);
  });

  test("can be renewed while it is in use", async () => {
    const { state } = await withPlaintext();
    const file = join(state, "baseline.json");
    await writeFile(file, '{"version":1,"ids":[]}');
    const flags = ["--baseline", file, "--write-baseline", file];
    expect((await durar(state, [...audit, "--check", ...flags])).exitCode).toBe(1);
    expect((await durar(state, [...audit, "--check", ...flags])).exitCode).toBe(0);
    expect(readdirSync(state).sort()).toEqual(["Durar.json", "baseline.json"]);
  });

  const odd: readonly (readonly [string, (path: string) => unknown, string])[] = [
    ["that is missing", () => undefined, "the file does not exist"],
    ["that is a directory", (path) => mkdir(path), "it is a directory"],
    ["that is a FIFO", (path) => execFileSync("mkfifo", [path]), "it is not a regular file"],
    [
      "that is huge",
      async (path) => {
        await writeFile(path, "");
        truncateSync(path, 65 * 1024 * 1024);
      },
      "the file is larger than the limit",
    ],
    ["that is not JSON", (path) => writeFile(path, "sk-not-json"), "it is not JSON"],
    [
      "of another shape",
      (path) => writeFile(path, '{"sk-key":1}'),
      "the baseline must be { version: 1, ids: [...] }",
    ],
  ];
  test.each(odd)("%s is refused before anything is scanned", async (_what, make, reason) => {
    const { state } = await withPlaintext();
    const path = join(state, "known");
    await make(path);
    const { exitCode, stdout, stderr } = await durar(state, [...audit, "--json", "--baseline", path]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
    expect(failureIn(stdout)).toMatchObject({
      code: "FILE_UNREADABLE",
      message: `the baseline ${path} cannot be read: ${reason}`,
    });
  });

  const occupied: readonly (readonly [string, (path: string) => unknown, string])[] = [
    ["in a directory that is missing", () => "none/known", "its directory does not exist"],
    ["where a directory is", (path) => mkdir(path), "it exists and is no regular file"],
    ["where a FIFO is", (path) => execFileSync("mkfifo", [path]), "it exists and is no regular file"],
    ["through a symbolic link", (path) => symlink("Durar.json", path), "it exists and is no regular file"],
    ["over a file that is no baseline", (path) => writeFile(path, "{}"), "it exists and is no baseline"],
  ];
  test.each(occupied)("is not written %s", async (_where, make, reason) => {
    const { state } = await withPlaintext();
    const path = join(state, "known");
    const made: unknown = await make(path);
    const target = typeof made === "string" ? join(state, made) : path;
    const before = readdirSync(state);
    const { exitCode, stdout } = await durar(state, [...audit, "--json", "--write-baseline", target]);
    expect(exitCode).toBe(1);
    expect(failureIn(stdout)).toMatchObject({
      code: "FILE_UNWRITABLE",
      message: `the baseline ${target} cannot be written: ${reason}`,
    });
    expect(readdirSync(state)).toEqual(before);
  });

  test("is written into an empty file, as mktemp makes them", async () => {
    const { state } = await withPlaintext();
    await writeFile(join(state, "known"), "");
    expect((await durar(state, [...audit, "--write-baseline", "known"])).exitCode).toBe(0);
    expect(readFileSync(join(state, "known"), "utf8")).toContain('"ids"');
  });
});

describe("which installation", () => {
  test("a configuration named openclaw.json has OpenClaw's names beside it", async () => {
    const directory = await temporaryDirectory();
    const file = await writePrivate(join(directory, "openclaw.json"), configWith(canary()));
    const environment = { HOME: directory, OPENCLAW_STATE_DIR: directory };
    const { stdout } = await durar(directory, [...audit, "--config", file, "--json"], { environment });
    expect(JSON.parse(stdout)).toMatchObject({ configFile: file, summary: { plaintextCount: 1 } });
  });

  test.each([
    ["nothing", () => undefined, "the file does not exist"],
    ["a directory", (path: string) => mkdir(path), "it is a directory"],
    ["a FIFO", (path: string) => execFileSync("mkfifo", [path]), "it is not a regular file"],
  ])("a configuration that is %s is one finding, and status 2", async (_what, make, message) => {
    const { state } = await withPlaintext();
    const path = join(state, "other.json");
    await make(path);
    const { exitCode, stdout } = await durar(state, [...audit, "--json", "--config", "other.json"]);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      status: "unresolved",
      configFile: path,
      findings: expect.arrayContaining([
        expect.objectContaining({ file: path, code: "STORE_UNREADABLE", message }),
      ]) as unknown,
    });
  });

  test("an unfinished change over several files is reported", async () => {
    const { state } = await withPlaintext();
    await writeFile(join(state, ".durar-commit.json"), "{}");
    const { stdout } = await durar(state, [...audit, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      findings: expect.arrayContaining([expect.objectContaining({ code: "COMMIT_INTERRUPTED" })]) as unknown,
    });
  });
});

describe("progress", () => {
  async function shown(copies: number, flags: readonly string[] = []): Promise<string[]> {
    const { state } = await withPlaintext();
    const copy = await writePrivate(join(state, "Durar.json.bak"), "{}");
    for (let index = 1; index < copies; index++) linkSync(copy, `${copy}${index}`);
    const lines: string[] = [];
    await durar(state, [...audit, ...flags], { showProgress: (line) => lines.push(line) });
    return lines;
  }

  test("of a long scan is a bar that grows and is removed", async () => {
    const lines = await shown(600);
    expect(lines.length).toBeGreaterThan(3);
    expect(lines[0]).toMatch(/^\[#*\.+\] \d+\/601 files$/);
    expect(lines.at(-1)).toBe("");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(80);
  });

  test("is not shown of a short scan, nor with --quiet", async () => {
    expect(await shown(3)).toEqual([]);
    expect(await shown(600, ["--quiet"])).toEqual([]);
  });
});
