import { existsSync } from "node:fs";
import { join } from "node:path";
import { assertAbsent, canary, run, temporaryDirectory, writePrivate, writeScript } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { durar, durarProcess, type FailureDocument } from "../fixtures/durar.ts";
import { gatewayProcess } from "../fixtures/gateway.ts";

/** A state directory with a gateway and one agent's ssh sandbox. */
async function running() {
  const key = canary();
  const directory = await temporaryDirectory();
  const sandbox = { backend: "ssh", mode: "all", ssh: { target: "user@host", identityData: "${SSH_KEY}" } };
  const agents = { list: [{ id: "work", sandbox }, { id: "plain" }] };
  await writePrivate(join(directory, "Durar.json"), JSON.stringify({ agents }));
  const gateway = await gatewayProcess(directory, { SSH_KEY: key });
  return { directory, key, gateway };
}

/** A program in the place of ssh, which shows what it was given. */
async function fakeSsh(source: string): Promise<string> {
  const directory = await temporaryDirectory();
  await writeScript(join(directory, "ssh"), `#!/bin/sh\n${source}\n`);
  return `${directory}:${process.env["PATH"] ?? ""}`;
}

describe("durar sandbox ssh", () => {
  test("runs ssh with the agent's configuration and this process's streams, and ends with its status", async () => {
    const { directory, key } = await running();
    const PATH = await fakeSsh('printf "%s\\n" "$@"; cat; exit 7');
    const args = ["sandbox", "ssh", "--agent", "work", "--state-dir", directory];
    const finished = await durarProcess([...args, "--", "run", "--flag", "two words"], {
      env: { PATH },
      input: "in",
    });
    const configFile = finished.stdout.split("\n")[1] ?? "";
    expect(finished).toMatchObject({ exitCode: 7, stderr: "" });
    expect(finished.stdout).toBe(`-F\n${configFile}\nsandbox\n--\nrun\n--flag\ntwo words\nin`);
    const { stdout } = await run("cat", [configFile]);
    expect(stdout).toContain('HostName "host"');
    const shell = await durarProcess(args, { env: { PATH } });
    expect(shell.stdout).toBe(`-F\n${configFile}\nsandbox\n`);
    assertAbsent(key, finished.stdout);
  });

  test("ends with 128 and the number of the signal that ended ssh", async () => {
    const { directory } = await running();
    const PATH = await fakeSsh("kill -TERM $$");
    const args = ["sandbox", "ssh", "--agent", "work", "--state-dir", directory];
    expect(await durarProcess(args, { env: { PATH } })).toMatchObject({ exitCode: 143, stderr: "" });
  });

  test("with --json shows what to give ssh, and runs nothing; errors have codes", async () => {
    const { directory } = await running();
    const report = await durar(directory, ["sandbox", "ssh", "--agent", "work", "--json"]);
    const shown = JSON.parse(report.stdout) as { configFile: string };
    expect(shown).toMatchObject({ agentId: "work", host: "sandbox" });
    expect(existsSync(shown.configFile)).toBe(true);
    for (const [agent, code] of [
      ["plain", "SANDBOX_NOT_SSH"],
      ["none", "SANDBOX_AGENT_UNKNOWN"],
    ] as const) {
      const failed = await durar(directory, ["sandbox", "ssh", "--agent", agent, "--json"]);
      expect(failed.exitCode).toBe(1);
      expect((JSON.parse(failed.stdout) as FailureDocument).error.code).toBe(code);
    }
    const missing = await durarProcess(["sandbox", "ssh", "--agent", "work", "--state-dir", directory], {
      env: { PATH: "/nonexistent" },
    });
    expect([missing.exitCode, missing.stderr]).toEqual([1, expect.stringContaining("[PROGRAM_MISSING]")]);
    const library = await durar(directory, ["sandbox", "ssh", "--agent", "work"]);
    expect(library.exitCode).toBe(64);
  });

  test("the files for ssh are no finding of an audit, and no store of a plan", async () => {
    const { directory, gateway } = await running();
    // It answers once the files are written.
    await durar(directory, ["sandbox", "ssh", "--agent", "work", "--json"]);
    expect(existsSync(join(directory, "sandbox-ssh", "current"))).toBe(true);
    const audit = await durar(directory, ["secrets", "audit", "--json"]);
    expect(audit.stdout).not.toContain("sandbox-ssh");
    const plan = { version: 1, protocolVersion: 1, targets: [] };
    const file = await writePrivate(join(directory, "plan.json"), JSON.stringify(plan));
    await durar(directory, ["secrets", "apply", "--from", file]);
    expect(existsSync(join(directory, "sandbox-ssh", "current"))).toBe(true);
    gateway.kill("SIGTERM");
    await gateway.ended;
    expect(existsSync(join(directory, "sandbox-ssh"))).toBe(false);
  });
});
