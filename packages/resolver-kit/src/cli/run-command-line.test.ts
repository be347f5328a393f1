import { assertAbsent, canary, run, temporaryDirectory, writePrivate, writeScript } from "@durar/testing";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { CONFORMANCE_CHECKS, type ConformanceReport } from "../index.ts";
import { bin, request } from "../fixtures/resolver-programs.ts";
import { READY_RESOLVERS } from "../resolvers/ready-resolvers.ts";

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/conform/${name}`, import.meta.url));

/** Runs the built command in an environment of its own. */
function kit(args: readonly string[], env: Readonly<Record<string, string>> = {}, input = "") {
  return run(process.execPath, [bin, ...args], { env: { PATH: process.env["PATH"] ?? "", ...env }, input });
}

describe("conform", () => {
  const secret = canary();
  const conform = (name: string, ...options: readonly string[]) =>
    kit(["conform", "--id", "db/password", "--pass-env", "FIXTURE_SECRET", ...options, "--", fixture(name)], {
      FIXTURE_SECRET: secret,
    });

  test("prints a line for each check, and ends with 0 where all pass", async () => {
    const { stdout, stderr, exitCode } = await conform("ok-node.cjs");
    for (const [id, rule] of Object.entries(CONFORMANCE_CHECKS)) {
      expect(stdout).toContain(id);
      expect(stdout).toContain(rule);
    }
    expect(stdout).toMatch(/\n\d+ passed, 0 failed, \d+ skipped\n$/);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    assertAbsent(secret, stdout);
  });

  test("says why a check failed, and ends with 1", async () => {
    const { stdout, exitCode } = await conform("bad-value-in-message.cjs");
    expect(stdout).toMatch(/^FAIL {2}error-text .*\n +a value stands in an error\n/m);
    expect(exitCode).toBe(1);
    assertAbsent(secret, stdout);
  });

  test("prints the same as JSON", async () => {
    const { stdout, exitCode } = await conform("bad-number.cjs", "--json");
    const report = JSON.parse(stdout) as ConformanceReport;
    expect(report.reportVersion).toBe(1);
    expect(report.checks.map(({ id }) => id)).toEqual(Object.keys(CONFORMANCE_CHECKS));
    expect(report.checks.filter(({ outcome }) => outcome === "fail")).toEqual([
      {
        id: "value-types",
        rule: CONFORMANCE_CHECKS["value-types"],
        outcome: "fail",
        reason: "a value is blank, or neither a string nor an object",
      },
    ]);
    expect(exitCode).toBe(1);
  });

  test("is interrupted by a signal, with status 130 and nothing left behind", async () => {
    const child = spawn(process.execPath, [bin, "conform", "--id", "a", "--", fixture("bad-hangs.sh")]);
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    while (child.exitCode === null && childrenOf(child.pid ?? 0) === "")
      await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill("SIGTERM");
    const [status] = (await once(child, "close")) as [number];
    expect({ status, stderr }).toEqual({ status: 130, stderr: "resolver-kit: interrupted\n" });
  });
});

function childrenOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  } catch {
    // No such system: the command has had its moment.
    return "unknown";
  }
}

describe("help", () => {
  test.each([[[]], [["--help"]], [["help"]], [["resolver", "--help"]]])(
    "%j lists every ready resolver",
    async (args) => {
      const { stdout, exitCode } = await kit(args);
      for (const name of Object.keys(READY_RESOLVERS)) expect(stdout).toContain(`  ${name} `);
      expect(exitCode).toBe(0);
    },
  );

  test.each(Object.keys(READY_RESOLVERS))("there is a page for %s", async (name) => {
    const { stdout, exitCode } = await kit(["resolver", name, "--help"]);
    expect(stdout).toContain(`Usage: resolver-kit resolver ${name}`);
    expect(stdout).toContain("--timeout-ms");
    expect(exitCode).toBe(0);
  });

  test("there is one for conform, and a version", async () => {
    expect((await kit(["conform", "--help"])).stdout).toContain("Usage: resolver-kit conform");
    expect((await kit(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("a command line that cannot be understood ends with 64, and is not repeated", () => {
  const secret = canary();
  test.each([
    [[secret]],
    [["conform"]],
    [["conform", "--id", "a"]],
    [["conform", "--id", "../a", "--", "/bin/true"]],
    [["conform", "--id", "a", "--timeout-ms", secret, "--", "/bin/true"]],
    [["conform", "--id", "a", "--", `./${secret}`]],
    [["conform", "--id", "a", `--${secret}`, "--", "/bin/true"]],
    [["resolver"]],
    [["resolver", secret]],
    [["resolver", "sops"]],
    [["resolver", "sops", "--file", "a", "--file", "b"]],
    [["resolver", "sops", "--file", "a", "--command", "sops"]],
    [["resolver", "sops", "--file", "a", "--timeout-ms", "0"]],
    [["resolver", "sops", "--file", "a", "--", "/bin/true"]],
    [["resolver", "git-credential", "--field", secret]],
    [["resolver", "git-credential", "--use-http-path=yes"]],
    [["resolver", "aws-credential-process"]],
    [["resolver", "aws-credential-process", "--", "program"]],
  ])("%#", async (args) => {
    const { stdout, stderr, exitCode } = await kit(args);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 64 });
    expect(stderr).toMatch(/^resolver-kit: .+; see resolver-kit --help\n$/);
    assertAbsent(secret, stderr);
  });
});

test("what a ready resolver's tool writes to standard error goes nowhere", async () => {
  const secret = canary();
  const tool = await writeScript(
    join(await temporaryDirectory(), "tool"),
    `#!/bin/sh\necho 'cannot sign in: ${secret}' >&2\nexit 1\n`,
  );
  const { stdout, stderr, exitCode } = await kit(
    ["resolver", "aws-credential-process", "--", tool],
    {},
    request("SecretAccessKey"),
  );
  expect(JSON.parse(stdout)).toMatchObject({ errors: { SecretAccessKey: { code: "UNAVAILABLE" } } });
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
});

test("a ready resolver tells of an invalid request by its own name", async () => {
  const file = await writePrivate(join(await temporaryDirectory(), "file"), "");
  const { stdout, stderr, exitCode } = await kit(["resolver", "sops", "--file", file], {}, "{");
  expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 65 });
  expect(stderr).toMatch(/^resolver-kit resolver sops: the request is not JSON/);
});
