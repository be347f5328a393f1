import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, statSync } from "node:fs";
import { chmod, link, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { assertAbsent, canary, run, writePrivate } from "@durar/testing";
import { describe, expect, test } from "vitest";
import type { Diagnosis } from "./diagnosis.ts";
import { durar } from "../fixtures/durar.ts";
import { gatewayProcess } from "../fixtures/gateway.ts";
import { installed, privateDirectory } from "../fixtures/installed.ts";
import { listenInstead } from "../fixtures/other-gateway.ts";

interface Document {
  readonly ok: boolean;
  readonly repaired: readonly string[];
  readonly failed: readonly { readonly code: string }[];
  readonly findings: readonly Diagnosis[];
}

async function doctor(
  directory: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Document & { readonly exitCode: number }> {
  const { exitCode, stdout } = await durar(directory, ["doctor", "--json", ...args], {
    environment: { HOME: directory, Durar_STATE_DIR: directory, ...environment },
  });
  return { ...(JSON.parse(stdout) as Document), exitCode };
}

const codes = ({ findings }: Document): string[] => findings.map(({ code }) => code);
const notReached = "GATEWAY_NOT_REACHED";

/** A state directory whose gateway was killed. */
async function afterKill(): Promise<{ readonly directory: string; readonly socket: string }> {
  const directory = await installed({});
  const gateway = await gatewayProcess(directory);
  gateway.kill("SIGKILL");
  await gateway.ended;
  return { directory, socket: join(directory, "gateway.sock") };
}

describe("a socket whose gateway is gone", () => {
  test("is told, stays without --fix, and is removed with it", async () => {
    const { directory, socket } = await afterKill();
    const look = await doctor(directory);
    expect(codes(look)).toEqual(["SOCKET_DEAD", notReached]);
    expect(look).toMatchObject({ exitCode: 0, repaired: [] });
    expect(lstatSync(socket).isSocket()).toBe(true);

    const fix = await doctor(directory, ["--fix"]);
    expect(fix).toMatchObject({ exitCode: 0, failed: [], repaired: [expect.stringContaining(socket)] });
    expect(codes(fix)).toEqual([notReached]);
    expect(existsSync(socket)).toBe(false);
  });

  test("is no other than one of a gateway that runs, which stays", async () => {
    const directory = await installed({});
    await gatewayProcess(directory);
    const fix = await doctor(directory, ["--fix"]);
    expect(fix).toMatchObject({ repaired: [], findings: [] });
    expect((await durar(directory, ["gateway", "status"])).exitCode).toBe(0);
  });

  test("is no other than one on which something listens that says nothing", async () => {
    const directory = await installed({});
    await listenInstead(directory, undefined);
    expect((await doctor(directory, ["--fix", "--timeout", "300"])).repaired).not.toContainEqual(
      expect.stringContaining("dead socket"),
    );
    expect(lstatSync(join(directory, "gateway.sock")).isSocket()).toBe(true);
  });

  test("may have been left before it was in its place", async () => {
    const { directory, socket } = await afterKill();
    const unfinished = join(directory, ".12345.new");
    const { exitCode } = await run("mv", [socket, unfinished]);
    expect(exitCode).toBe(0);
    await writeFile(join(directory, ".999.new"), "no socket, and none of ours");
    expect((await doctor(directory, ["--fix"])).repaired).toEqual([expect.stringContaining(unfinished)]);
    expect(existsSync(join(directory, ".999.new"))).toBe(true);
  });

  test("is none where a file stands, which nobody removes", async () => {
    const directory = await installed({});
    await writePrivate(join(directory, "gateway.sock"), "mine");
    const fix = await doctor(directory, ["--fix"]);
    expect(codes(fix)).toContain("SOCKET_BLOCKED");
    expect(readFileSync(join(directory, "gateway.sock"), "utf8")).toBe("mine");
  });
});

test("files and directories that others can use are made private, with --fix alone", async () => {
  const directory = await installed({});
  const agent = join(directory, "agents/main/agent");
  await mkdir(agent, { recursive: true });
  const files = [join(directory, "Durar.json"), join(directory, ".env"), join(agent, "auth-profiles.json")];
  for (const file of files.slice(1)) await writePrivate(file, file.endsWith(".json") ? "{}" : "");
  const open = [...files, directory, join(directory, "agents"), agent];
  for (const path of open) await chmod(path, 0o777);
  const modes = (): number[] => open.map((path) => statSync(path).mode & 0o777);

  expect(codes(await doctor(directory)).filter((code) => code === "PATH_WRITABLE")).toHaveLength(6);
  expect(new Set(modes())).toEqual(new Set([0o777]));
  const fix = await doctor(directory, ["--fix"]);
  expect(fix.exitCode).toBe(0);
  expect(fix.repaired).toHaveLength(6);
  expect(modes()).toEqual([0o600, 0o600, 0o600, 0o700, 0o700, 0o700]);
  expect(codes(fix)).toEqual([notReached]);
  expect((await doctor(directory, ["--fix"])).repaired).toEqual([]);
});

describe("with --fix, nothing is changed", () => {
  const modeOf = (path: string): number => statSync(path).mode & 0o777;

  test("that a link leads to out of the state directory", async () => {
    const directory = await installed({});
    const elsewhere = await privateDirectory();
    const [file, folder] = [join(elsewhere, "shared.env"), join(elsewhere, "agent")];
    await writeFile(file, "");
    await mkdir(folder);
    await writeFile(join(folder, "auth-profiles.json"), "{}");
    for (const path of [elsewhere, folder]) await chmod(path, 0o755);
    for (const path of [file, join(folder, "auth-profiles.json")]) await chmod(path, 0o644);
    await symlink(file, join(directory, ".env"));
    await mkdir(join(directory, "agents/main"), { recursive: true, mode: 0o700 });
    await symlink(folder, join(directory, "agents/main/agent"));

    const fix = await doctor(directory, ["--fix"]);
    expect(fix).toMatchObject({ exitCode: 0, repaired: [], failed: [] });
    expect([elsewhere, folder, file, join(folder, "auth-profiles.json")].map(modeOf)).toEqual([
      0o755, 0o755, 0o644, 0o644,
    ]);
    const open = fix.findings.filter(({ code }) => code === "PATH_OPEN");
    expect(open.map(({ where }) => where)).toEqual([
      join(directory, ".env"),
      join(directory, "agents/main/agent/auth-profiles.json"),
    ]);
    for (const { hint } of open) expect(hint).not.toContain("--fix");
  });

  test("of the directories that a configuration or an agent lies in elsewhere, but of their files", async () => {
    const [directory, elsewhere] = [await privateDirectory(), await privateDirectory()];
    const [config, agent] = [join(elsewhere, "Durar.json"), join(elsewhere, "agent")];
    await writeFile(config, JSON.stringify({ agents: { list: [{ id: "a", agentDir: agent }] } }));
    await mkdir(agent);
    await writeFile(join(agent, "auth-profiles.json"), "{}");
    for (const path of [elsewhere, agent]) await chmod(path, 0o755);
    const fix = await doctor(directory, ["--fix", "--config", config]);
    expect(fix.repaired).toHaveLength(2);
    expect([elsewhere, agent, config, join(agent, "auth-profiles.json")].map(modeOf)).toEqual([
      0o755, 0o755, 0o600, 0o600,
    ]);
    expect(codes(fix)).toEqual([notReached]);
    await chmod(elsewhere, 0o777);
    expect((await doctor(directory, ["--fix", "--config", config])).findings).toMatchObject([
      { code: "PATH_WRITABLE", where: elsewhere, hint: expect.stringContaining("chmod go-w") as string },
      { code: notReached },
    ]);
    expect(modeOf(elsewhere)).toBe(0o777);
  });

  test("of a file that has another name as well", async () => {
    const directory = await installed({});
    const other = join(await privateDirectory(), "other");
    await writeFile(other, "");
    await chmod(other, 0o644);
    await link(other, join(directory, ".env"));
    const fix = await doctor(directory, ["--fix"]);
    expect(fix).toMatchObject({ exitCode: 1, repaired: [], failed: [{ code: "FILE_UNWRITABLE" }] });
    expect(modeOf(other)).toBe(0o644);
  });

  test("of a socket that another installation's gateway is about to put in place, where both share a directory", async () => {
    const runtime = await privateDirectory();
    const directory = join(await privateDirectory(), "far-away-".repeat(14));
    await mkdir(directory, { mode: 0o700 });
    await writePrivate(join(directory, "Durar.json"), "{}");
    const dead = await afterKill();
    const foreign = join(runtime, ".12345.new");
    expect((await run("mv", [dead.socket, foreign])).exitCode).toBe(0);
    const fix = await doctor(directory, ["--fix"], { XDG_RUNTIME_DIR: runtime });
    expect(fix).toMatchObject({ repaired: [], failed: [] });
    expect(lstatSync(foreign).isSocket()).toBe(true);
  });
});

describe("a change that was interrupted", () => {
  const secret = canary();

  /** What a change leaves that was killed before its first file was in place: the new content, and a journal. */
  async function interrupted(): Promise<{ readonly directory: string; readonly journal: string }> {
    const directory = await installed({ models: { providers: { openai: { apiKey: secret } } } });
    const [path, journal] = [join(directory, "Durar.json"), join(directory, ".durar-commit.json")];
    const transaction = "0123456789abcdef";
    const content = JSON.stringify({ models: { providers: { openai: { apiKey: "${OPENAI_KEY}" } } } });
    await writePrivate(join(directory, `.Durar.json.tmp-durar-${transaction}`), content);
    const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");
    const file = { path, before: hashOf(readFileSync(path, "utf8")), after: hashOf(content) };
    await writePrivate(journal, `${JSON.stringify({ version: 1, transaction, files: [file] })}\n`);
    return { directory, journal };
  }

  test("is told by every command, and finished with --fix", async () => {
    const { directory, journal } = await interrupted();
    expect(codes(await doctor(directory))).toContain("COMMIT_INTERRUPTED");
    for (const args of [["status"], ["channels", "status"], ["security", "audit"]])
      expect((await durar(directory, args)).stdout).toContain("COMMIT_INTERRUPTED");
    expect(existsSync(journal)).toBe(true);

    const fix = await doctor(directory, ["--fix"]);
    expect(fix.failed).toEqual([]);
    expect(fix.repaired).toEqual([expect.stringContaining("finished the change")]);
    expect(codes(fix)).not.toContain("COMMIT_INTERRUPTED");
    expect(existsSync(journal)).toBe(false);
    expect(readFileSync(join(directory, "Durar.json"), "utf8")).toContain("OPENAI_KEY");
  });

  test("is not trusted where others could have written its journal, whose permissions stay as they were found", async () => {
    const { directory, journal } = await interrupted();
    await chmod(journal, 0o666);
    const fix = await doctor(directory, ["--fix"]);
    expect(fix).toMatchObject({ ok: false, exitCode: 1, repaired: [] });
    expect(fix.failed).toHaveLength(1);
    expect(codes(fix)).toContain("COMMIT_INTERRUPTED");
    expect(statSync(journal).mode & 0o777).toBe(0o666);
    expect(readFileSync(join(directory, "Durar.json"), "utf8").includes(secret)).toBe(true);
  });
});

describe("what is told besides", () => {
  test("is a configuration with which no gateway would start, by line and column", async () => {
    const report = await doctor(await installed('{\n  gateway: { port: "many" },\n}'));
    expect(report.findings).toMatchObject([
      {
        code: "CONFIG_INVALID",
        severity: "error",
        where: expect.stringMatching(/Durar\.json:2:20$/) as string,
      },
      { code: notReached, severity: "info" },
    ]);
    expect(report.exitCode).toBe(0);
  });

  test("is a state directory that is not there, and one with two configurations", async () => {
    const directory = await installed({});
    expect(codes(await doctor(join(directory, "nowhere")))).toContain("STATE_DIRECTORY_MISSING");
    await writePrivate(join(directory, "openclaw.json"), "{}");
    expect(codes(await doctor(directory))).toEqual(["LAYOUT_AMBIGUOUS", notReached]);
  });

  test("is what the gateway has and this shell has not, or has another value of", async () => {
    const [gateways, shells] = [canary(), canary()];
    const directory = await installed({ cron: { webhookToken: "${HOOK_KEY}" } });
    await gatewayProcess(directory, { HOOK_KEY: gateways });
    const without = await doctor(directory);
    expect(without.findings).toMatchObject([{ code: "VARIABLE_ABSENT", severity: "info" }]);
    const other = await doctor(directory, [], { HOOK_KEY: shells });
    expect(other.findings).toMatchObject([
      { code: "VARIABLE_DIFFERS", severity: "warn", where: "cron.webhookToken" },
    ]);
    assertAbsent([gateways, shells], JSON.stringify([without, other]));
    expect((await doctor(directory, [], { HOOK_KEY: gateways })).findings).toEqual([]);
  });
});
