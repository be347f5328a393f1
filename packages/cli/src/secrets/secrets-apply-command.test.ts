import { createHash } from "node:crypto";
import { chmodSync, chownSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { withFileLock } from "@durar/file-commit";
import { assertAbsent, canary, root, testWith, writePrivate } from "@durar/testing";
import { describe, expect, test } from "vitest";
import type { CommandResult } from "../console.ts";
import { durarProcess, OBEYED } from "../fixtures/durar.ts";
import { gatewayProcess } from "../fixtures/gateway.ts";
import { canaries, config, filemain, groq, install, irc, openai, profile } from "../fixtures/plaintext.ts";
import { runSafely } from "../fixtures/run-safely.ts";

const key = "models.providers.openai.apiKey";

/** Plans a migration of everything into the file of the provider filemain. */
async function planned(directory: string, args: readonly string[] = []): Promise<string> {
  const all = args.length > 0 ? args : ["--all-plaintext-to", "file:filemain", "--move-values"];
  const { exitCode, stderr } = await runSafely(directory, ["secrets", "plan", ...all, "--out", "plan.json"]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return "plan.json";
}

function apply(
  directory: string,
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  return runSafely(directory, ["secrets", "apply", ...args], environment);
}

function text(directory: string, file = "Durar.json"): string {
  return readFileSync(join(directory, file), "utf8");
}

/** Fails where a store still holds a value. */
function assertMigrated(directory: string): void {
  assertAbsent([openai, irc], text(directory));
  assertAbsent(profile, text(directory, "agents/main/agent/auth-profiles.json"));
}

interface ErrorDocument {
  readonly ok: boolean;
  readonly error: { readonly code: string; readonly failures?: readonly { readonly code: string }[] };
}

function failureIn({ stdout }: CommandResult): {
  readonly code: string;
  readonly reasons: readonly string[];
} {
  const { ok, error } = JSON.parse(stdout) as ErrorDocument;
  expect(ok).toBe(false);
  return { code: error.code, reasons: (error.failures ?? []).map(({ code }) => code) };
}

describe("applying a plan", () => {
  test("shows what would change with --dry-run, and changes nothing", async () => {
    const directory = await install();
    const result = await apply(directory, ["--from", await planned(directory), "--dry-run"]);
    expect(result).toMatchObject({ exitCode: 0, stderr: "" });
    expect(result.stdout).toContain("dry run, would change 3 files in 7 places: 4 refs checked");
    expect(result.stdout).toContain(`-     5  ${key}: ********`);
    expect(result.stdout).toContain(`+     5  ${key}: file:filemain:/models/providers/openai/apiKey`);
    expect(result.stdout).not.toContain("gateway is running");
    expect(text(directory)).toBe(config(filemain));
    expect(readdirSync(directory).sort()).toEqual([".env", "Durar.json", "agents", "plan.json"]);
  });

  test("moves the values, keeps what was written around them, and says that no gateway runs", async () => {
    const directory = await install();
    const result = await apply(directory, ["--from", await planned(directory)]);
    expect(result).toMatchObject({ exitCode: 0, stderr: "" });
    expect(result.stdout).toMatch(/^changed 3 files in 7 places: 4 refs checked\n/);
    expect(result.stdout).toMatch(/\nno gateway is running; the next one starts with this\n$/);
    assertMigrated(directory);
    expect(text(directory)).toContain("// what the operator wrote stays");
    expect(text(directory, ".env")).toBe(`GROQ_API_KEY=${groq}\n`);
    const audit = await runSafely(directory, ["secrets", "audit", "--check"]);
    expect(audit).toMatchObject({ exitCode: 0 });
  });

  test("a second time changes nothing", async () => {
    const directory = await install();
    const plan = await planned(directory);
    await apply(directory, ["--from", plan]);
    const before = text(directory);
    const again = await apply(directory, ["--from", plan]);
    expect(again).toEqual({ exitCode: 0, stdout: again.stdout, stderr: "" });
    expect(again.stdout).toMatch(/^nothing to change: 4 refs checked\n/);
    expect(again.stdout).not.toContain("gateway");
    expect(text(directory)).toBe(before);
  });

  test("with --json gives the result as one document, with --quiet its first line", async () => {
    const directory = await install();
    const plan = await planned(directory);
    const dry = await apply(directory, ["--from", plan, "--dry-run", "--quiet"]);
    expect(dry.stdout).toBe("dry run, would change 3 files in 7 places: 4 refs checked\n");
    const { exitCode, stdout, stderr } = await apply(directory, ["--from", plan, "--json"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      mode: "write",
      changed: true,
      changedFiles: expect.arrayContaining([join(directory, "Durar.json")]) as unknown,
      checks: { resolvability: true, resolvabilityComplete: true },
      refsChecked: 4,
      skippedExecRefs: 0,
      warningCount: 1,
      reload: { status: "not-running" },
    });
  });

  test("reads the plan from standard input", async () => {
    const directory = await install();
    const input = text(directory, await planned(directory));
    const result = await durarProcess(["secrets", "apply", "--from", "-", "--state-dir", directory], {
      input,
      env: { HOME: directory },
    });
    expect(result).toMatchObject({ exitCode: 0, stderr: "" });
    assertAbsent(canaries, result.stdout);
    assertMigrated(directory);
  });

  test("shows no character of a file that a terminal would obey", async () => {
    const directory = await install();
    await writePrivate(
      join(directory, "Durar.json"),
      JSON.stringify({
        secrets: { providers: { filemain: { source: "file", path: "~/s\u001b[2J.json" } } },
        models: { providers: { "e\u001b[2Jv\u202eil": { apiKey: openai } } },
      }),
    );
    const plan = await planned(directory);
    for (const args of [["--dry-run"], ["--dry-run", "--json"], []]) {
      const { exitCode, stdout, stderr } = await apply(directory, ["--from", plan, ...args]);
      expect(exitCode).toBe(0);
      expect(stdout + stderr, args.join(" ")).not.toMatch(OBEYED);
    }
  });
});

describe("a plan is refused", () => {
  test("with 1 where it is stale, and with every reason", async () => {
    const directory = await install();
    const plan = await planned(directory);
    await writePrivate(
      join(directory, "Durar.json"),
      config(filemain).replace(`"${openai}"`, `"\${GROQ_API_KEY}"`).replace(`"${irc}"`, `""`),
    );
    const before = text(directory);
    const result = await apply(directory, ["--from", plan]);
    expect(result).toMatchObject({ exitCode: 1, stdout: "" });
    expect(result.stderr.match(/\[PLAN_STALE\]/g)).toHaveLength(2);
    expect(text(directory)).toBe(before);
  });

  test("with 1 where a ref yields another value, unless that is accepted", async () => {
    const directory = await install();
    const other = canary();
    const plan = await planned(directory, ["--set", `${key}=env::OPENAI_API_KEY`]);
    const environment = { OPENAI_API_KEY: other };
    const refused = await apply(directory, ["--from", plan, "--json"], environment);
    expect(refused.exitCode).toBe(1);
    expect(failureIn(refused)).toEqual({ code: "APPLY_REFUSED", reasons: ["APPLY_VALUE_DIFFERS"] });
    expect(text(directory)).toBe(config(filemain));
    const accepted = await apply(directory, ["--from", plan, "--accept-new-values"], environment);
    expect(accepted.exitCode).toBe(0);
    assertAbsent(other, refused.stdout + accepted.stdout);
    assertAbsent(openai, text(directory));
  });

  test("with 2 where a ref does not resolve", async () => {
    const directory = await install();
    const plan = await planned(directory, ["--set", `${key}=env::OPENAI_API_KEY`]);
    const result = await apply(directory, ["--from", plan, "--json"]);
    expect(result.exitCode).toBe(2);
    expect(failureIn(result)).toEqual({ code: "APPLY_REFUSED", reasons: ["SECRET_NOT_FOUND"] });
    const { exitCode, stderr } = await apply(directory, ["--from", plan]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("[SECRET_NOT_FOUND]");
    expect(text(directory)).toBe(config(filemain));
  });

  test("with 77 where commands would have to run to write it; a dry run says that they did not", async () => {
    const directory = await install();
    const ran = join(directory, "ran");
    const answer = JSON.stringify({ protocolVersion: 1, values: { openai } });
    const tool = await writePrivate(
      join(directory, "tool"),
      `#!/bin/sh\ntouch ${ran}\necho '${answer}'\n`,
      0o700,
    );
    const provider = `tool={"source":"exec","command":"${tool}"}`;
    const plan = await planned(directory, ["--provider", provider, "--set", `${key}=exec:tool:openai`]);
    const refused = await apply(directory, ["--from", plan, "--json"]);
    expect(refused.exitCode).toBe(77);
    expect(failureIn(refused)).toEqual({ code: "SECRET_EXEC_NOT_ALLOWED", reasons: [] });
    const dry = await apply(directory, ["--from", plan, "--dry-run"]);
    expect(dry.exitCode).toBe(0);
    expect(dry.stdout).toContain("1 exec ref not run");
    expect(existsSync(ran)).toBe(false);
    expect(text(directory)).toBe(config(filemain));
    const allowed = await apply(directory, ["--from", plan, "--allow-exec"]);
    expect(allowed.exitCode).toBe(0);
    expect(existsSync(ran)).toBe(true);
    assertAbsent(openai, text(directory));
  });

  test.each([
    ["no JSON", "{ broken", "FILE_UNREADABLE", "it is not JSON"],
    ["no plan", "{}", "PLAN_INVALID", "version"],
    [
      "one with a target of no type",
      JSON.stringify({
        version: 1,
        protocolVersion: 1,
        targets: [{ type: "none", path: "a.b", ref: { source: "env", id: "A" } }],
      }),
      "PLAN_INVALID",
      "Invalid plan target path for none: a.b (no target has this type)",
    ],
  ])("with 1 where it is %s", async (_what, content, code, message) => {
    const directory = await install();
    await writePrivate(join(directory, "plan.json"), content);
    const result = await apply(directory, ["--from", "plan.json", "--json"]);
    expect(result.exitCode).toBe(1);
    expect(failureIn(result).code).toBe(code);
    expect(result.stdout).toContain(message);
  });

  test("with 1 where it is not there, or others could have written it", async () => {
    const directory = await install();
    expect(await apply(directory, ["--from", "missing.json"])).toMatchObject({ exitCode: 1, stdout: "" });
    const plan = await planned(directory);
    chmodSync(join(directory, plan), 0o666);
    const { exitCode, stderr } = await apply(directory, ["--from", plan]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /the plan cannot be read: .* may be written by everyone .* \[FILE_UNREADABLE\]\n {2}-> chmod go-w /,
    );
    expect(text(directory)).toBe(config(filemain));
  });

  test("as a mistake where none is named", async () => {
    const directory = await install();
    expect(await apply(directory, [])).toMatchObject({ exitCode: 64, stdout: "" });
    const result = await apply(directory, ["--json"]);
    expect({ exitCode: result.exitCode, ...failureIn(result) }).toEqual({
      exitCode: 64,
      code: "USAGE",
      reasons: [],
    });
    const both = await apply(directory, ["--abandon", "--from", "plan.json"]);
    expect(both.exitCode).toBe(64);
    expect(both.stderr).toContain("--abandon and --from exclude each other");
  });

  testWith(root, "with 1 where another user owns it", async () => {
    const directory = await install();
    const plan = join(directory, await planned(directory));
    chownSync(plan, 65534, 65534);
    const { exitCode, stderr } = await apply(directory, ["--from", plan]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("[FILE_UNREADABLE]");
  });
});

describe("a running gateway", () => {
  test("is told to reload, and serves the moved values", async () => {
    const directory = await install();
    const gateway = await gatewayProcess(directory);
    const { exitCode, stdout } = await apply(directory, ["--from", await planned(directory), "--json"]);
    expect(exitCode).toBe(0);
    const { reload } = JSON.parse(stdout) as { reload: { status: string; generation: number } };
    expect(reload.status).toBe("reloaded");
    expect(reload.generation).toBeGreaterThan(1);
    await gateway.logged(`"generation":${reload.generation}`);
    assertAbsent(canaries, gateway.log());
  });

  test("is left alone with --no-reload, and by a dry run", async () => {
    const directory = await install();
    await gatewayProcess(directory);
    const plan = await planned(directory);
    const dry = await apply(directory, ["--from", plan, "--dry-run", "--json"]);
    const left = await apply(directory, ["--from", plan, "--no-reload", "--json"]);
    for (const { exitCode, stdout } of [dry, left])
      expect({ exitCode, ...(JSON.parse(stdout) as object) }).toMatchObject({
        exitCode: 0,
        reload: { status: "skipped" },
      });
  });

  test("that cannot reload is a failure of its own: the result is shown, and the status is 1", async () => {
    const directory = await install();
    // The gateway lacks the variable that this process has.
    await gatewayProcess(directory);
    const plan = await planned(directory, ["--set", `${key}=env::OPENAI_API_KEY`]);
    const { exitCode, stdout } = await apply(directory, ["--from", plan], { OPENAI_API_KEY: openai });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^changed 1 file/);
    expect(stdout).toContain("the running gateway could not reload and keeps what it had:");
    assertAbsent(openai, text(directory));
  });
});

describe("a change that was interrupted", () => {
  /** The journal of a change that had been made, all but the removal of the journal. */
  const interrupt = async (directory: string): Promise<string> => {
    const path = join(directory, "Durar.json");
    const hash = (content: string): string => createHash("sha256").update(content).digest("hex");
    const files = [{ path, before: hash("what was there"), after: hash(text(directory)) }];
    const journal = join(directory, ".durar-commit.json");
    const transaction = "0".repeat(16);
    await writePrivate(journal, `${JSON.stringify({ version: 1, transaction, files })}\n`);
    return journal;
  };

  test("is finished first, which is said on standard error", async () => {
    const directory = await install();
    const plan = await planned(directory);
    const journal = await interrupt(directory);
    const { exitCode, stderr } = await apply(directory, ["--from", plan]);
    expect(stderr).toBe("durar: a change that was interrupted has been finished first: 1 file\n");
    expect(exitCode).toBe(0);
    expect(existsSync(journal)).toBe(false);
    assertMigrated(directory);
  });

  test("that goes on is waited for, and what it made of the files is what is read", async () => {
    const directory = await install();
    const plan = await planned(directory);
    const journal = join(directory, ".durar-commit.json");
    const running = await withFileLock(journal, {}, async () => {
      await writePrivate(journal, "{}");
      const waiting = apply(directory, ["--from", plan]);
      await sleep(300);
      await writePrivate(join(directory, "Durar.json"), `// of the other\n${text(directory)}`);
      await rm(journal);
      return { waiting };
    });
    expect(await running.waiting).toMatchObject({ exitCode: 0, stderr: "" });
    expect(text(directory)).toMatch(/^\/\/ of the other\n/);
    assertMigrated(directory);
  });

  test("before anything was changed is started again at once: what a killed process left is waited for and removed", async () => {
    const directory = await install();
    const plan = await planned(directory);
    const stage = join(directory, `.secrets.json.tmp-durar-${"0".repeat(16)}`);
    await writePrivate(stage, openai);
    const lock = join(directory, ".durar-commit.json.lock");
    await mkdir(lock);
    // It is taken for a dead process's after ten seconds.
    const started = new Date(Date.now() - 4_000);
    await utimes(lock, started, started);
    expect(await apply(directory, ["--from", plan])).toMatchObject({ exitCode: 0 });
    expect(existsSync(lock)).toBe(false);
    expect(existsSync(stage)).toBe(false);
  });

  test("leaves nothing beside a file of secrets, even where nothing is to be done", async () => {
    const directory = await install();
    const stage = join(directory, `.secrets.json.tmp-durar-${"0".repeat(16)}`);
    await writePrivate(stage, openai);
    const nothing = await writePrivate(
      join(directory, "plan.json"),
      JSON.stringify({ version: 1, protocolVersion: 1, targets: [] }),
    );
    expect(await apply(directory, ["--from", nothing])).toMatchObject({ exitCode: 0 });
    expect(existsSync(stage)).toBe(false);
  });

  test("is not finished by a dry run, which is refused", async () => {
    const directory = await install();
    const plan = await planned(directory);
    const journal = await interrupt(directory);
    const result = await apply(directory, ["--from", plan, "--dry-run", "--json"]);
    expect(result.exitCode).toBe(1);
    expect(failureIn(result).code).toBe("CHANGE_INTERRUPTED");
    expect(existsSync(journal)).toBe(true);
  });

  test("that cannot be told from a forgery stands in the way, and the hint says what gives it up", async () => {
    const directory = await install();
    const plan = await planned(directory);
    await writePrivate(join(directory, ".durar-commit.json"), "{}");
    const { exitCode, stderr } = await apply(directory, ["--from", plan]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/\[APPLY_RECOVERY_CONFLICT\]\n {2}-> .*durar secrets apply --abandon\n$/);
    expect(text(directory)).toBe(config(filemain));
    expect(await apply(directory, ["--abandon"])).toEqual({
      exitCode: 0,
      stdout: "given up; the files are as they are\n",
      stderr: "",
    });
    expect((await apply(directory, ["--from", plan])).exitCode).toBe(0);
  });

  test("whose journal others can write is not given up either, and the hint says what would mend that", async () => {
    const directory = await install();
    const journal = await interrupt(directory);
    chmodSync(journal, 0o666);
    const { exitCode, stderr } = await apply(directory, ["--abandon"]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/\n {2}-> see who wrote it, then remove it or mend this: chmod .*\n$/);
    expect(existsSync(journal)).toBe(true);
  });

  test("is given up with --abandon, which tells the state of every file", async () => {
    const directory = await install();
    const journal = await interrupt(directory);
    const { exitCode, stdout } = await apply(directory, ["--abandon"]);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: `given up; the files are as they are:\n  changed    ${join(directory, "Durar.json")}\n`,
    });
    expect(existsSync(journal)).toBe(false);
    expect((await apply(directory, ["--abandon"])).stdout).toBe("there is no interrupted change\n");
    expect(JSON.parse((await apply(directory, ["--abandon", "--json"])).stdout)).toEqual({
      ok: true,
      abandoned: false,
      files: [],
    });
    expect(text(directory)).toBe(config(filemain));
  });
});
