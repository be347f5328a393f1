import { chmod, mkdir } from "node:fs/promises";
import { statSync } from "node:fs";
import { join } from "node:path";
import { assertAbsent, canary, writePrivate } from "@durar/testing";
import { describe, expect, test } from "vitest";
import type { Diagnosis } from "./diagnosis.ts";
import { durar } from "../fixtures/durar.ts";
import { gatewayProcess } from "../fixtures/gateway.ts";
import { installed, privateDirectory } from "../fixtures/installed.ts";

async function findings(
  directory: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<readonly Diagnosis[]> {
  const { exitCode, stdout, stderr } = await durar(directory, ["security", "audit", "--json"], {
    environment: { HOME: directory, Durar_STATE_DIR: directory, ...environment },
  });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return (JSON.parse(stdout) as { findings: readonly Diagnosis[] }).findings;
}

const found = (list: readonly Diagnosis[]): string[] =>
  list.map(({ severity, code, where }) => `${severity} ${code} ${where}`);

describe("who can reach the gateway", () => {
  test.each([
    [{}, []],
    [{ port: 7000 }, ["error AUTH_MISSING gateway.auth"]],
    [{ port: 7000, auth: { mode: "none" } }, ["error AUTH_MISSING gateway.auth"]],
    [{ port: 7000, bind: "127.0.0.1", auth: { token: "a" } }, []],
    [{ port: 7000, bind: "lan", auth: { token: "a" } }, ["warn BIND_EXPOSED gateway.bind"]],
    [{ bind: "lan" }, []],
    [{ port: 7000, bind: "0.0.0.0" }, ["error AUTH_MISSING gateway.auth", "warn BIND_EXPOSED gateway.bind"]],
    [{ port: 7000, auth: { token: "${NOWHERE_SET}" } }, ["warn AUTH_UNAVAILABLE gateway.auth.token"]],
  ])("with %j", async (gateway, expected) => {
    expect(found(await findings(await installed({ gateway })))).toEqual(expected);
  });

  test("is known where the credential comes from the gateway's own variable", async () => {
    const directory = await installed({ gateway: { port: 7000 } });
    const token = canary();
    const list = await findings(directory, { Durar_GATEWAY_TOKEN: token });
    expect(found(list)).toEqual([]);
    assertAbsent([token], JSON.stringify(list));
  });

  test("is known where the running gateway alone has that variable", async () => {
    const directory = await installed({ gateway: { port: 0 } });
    await gatewayProcess(directory, { Durar_GATEWAY_TOKEN: canary() });
    expect(found(await findings(directory))).toEqual([]);
  });

  test("is missing where the variable is of the other mode", async () => {
    const directory = await installed({ gateway: { port: 7000, auth: { mode: "password" } } });
    const variables = { Durar_GATEWAY_TOKEN: canary() };
    expect(found(await findings(directory, variables))).toEqual(["error AUTH_MISSING gateway.auth"]);
    expect(found(await findings(directory, { Durar_GATEWAY_PASSWORD: canary() }))).toEqual([]);
  });

  test("is told of the gateway that runs, wherever a flag has it listen", async () => {
    const directory = await installed({ gateway: { bind: "lan", auth: { token: "${KEY}" } } });
    expect(found(await findings(directory))).toEqual(["warn AUTH_UNAVAILABLE gateway.auth.token"]);
    await gatewayProcess(directory, { KEY: canary() }, ["--port", "0"]);
    expect(found(await findings(directory))).toEqual(["warn BIND_EXPOSED gateway.bind"]);
  });
});

describe("permissions", () => {
  test("of the state directory, its files and its socket are told when others can use them", async () => {
    const directory = await installed({});
    const file = (name: string): string => join(directory, name);
    await mkdir(file("agents/main/agent"), { recursive: true, mode: 0o700 });
    await writePrivate(file(".env"), "");
    await writePrivate(file("agents/main/agent/auth-profiles.json"), "{}");
    await writePrivate(file("Durar.json.bak"), "{}");
    await gatewayProcess(directory);
    expect(found(await findings(directory))).toEqual([]);

    for (const [name, mode] of [
      [".", 0o755],
      ["Durar.json", 0o666],
      [".env", 0o640],
      ["agents/main/agent/auth-profiles.json", 0o604],
      ["Durar.json.bak", 0o644],
      ["gateway.sock", 0o777],
    ] as const)
      await chmod(file(name), mode);
    const list = await findings(directory);
    expect(found(list).sort()).toEqual(
      [
        `error PATH_WRITABLE ${file("Durar.json")}`,
        `error PATH_WRITABLE ${file("gateway.sock")}`,
        `warn PATH_OPEN ${directory}`,
        `warn PATH_OPEN ${file(".env")}`,
        `warn PATH_OPEN ${file("Durar.json.bak")}`,
        `warn PATH_OPEN ${file("agents/main/agent/auth-profiles.json")}`,
      ].sort(),
    );
    expect(list.every(({ hint }) => hint.includes("durar doctor --fix"))).toBe(true);
    expect(statSync(file("Durar.json")).mode & 0o777).toBe(0o666);
  });

  test("of a journal are told, and that there is one", async () => {
    const directory = await installed({});
    const journal = join(directory, ".durar-commit.json");
    await writePrivate(journal, "{}");
    await chmod(journal, 0o644);
    expect(found(await findings(directory))).toEqual([
      `error COMMIT_INTERRUPTED ${journal}`,
      `warn PATH_OPEN ${journal}`,
    ]);
  });
});

test("providers whose paths others can change are told, and those that nobody looks at", async () => {
  const directory = await privateDirectory();
  const [open, missing] = [join(directory, "open.json"), join(directory, "missing")];
  const secret = canary();
  await writePrivate(open, JSON.stringify({ secret }));
  await chmod(open, 0o644);
  await writePrivate(
    join(directory, "Durar.json"),
    JSON.stringify({
      secrets: {
        providers: {
          checked: { source: "file", path: open },
          unchecked: { source: "file", path: open, allowInsecurePath: true },
          tool: { source: "exec", command: missing },
        },
      },
    }),
  );
  const list = await findings(directory);
  expect(found(list)).toEqual([
    "error PROVIDER_UNTRUSTED secrets.providers.checked",
    "error PROVIDER_UNTRUSTED secrets.providers.tool",
    "warn PROVIDER_UNCHECKED secrets.providers.unchecked",
  ]);
  expect(list[0]?.message).toContain("[SECRET_PATH_UNTRUSTED]");
  assertAbsent([secret], JSON.stringify(list));
});

test("a provider whose settings break a rule is told, for nobody can check it", async () => {
  const directory = await installed({
    secrets: { providers: { tool: { source: "exec", command: "here" } } },
  });
  expect(found(await findings(directory))).toEqual([
    "error PROVIDER_UNTRUSTED secrets.providers.tool.command",
  ]);
});

describe("as a gate", () => {
  const audit = ["security", "audit", "--check"];

  test("it fails on findings that are bad enough, and on nothing else", async () => {
    const directory = await installed({ gateway: { port: 1, bind: "lan", auth: { token: "a" } } });
    expect((await durar(directory, ["security", "audit"])).exitCode).toBe(0);
    expect((await durar(directory, audit)).exitCode).toBe(1);
    expect((await durar(directory, [...audit, "--fail-on", "error"])).exitCode).toBe(0);
    expect((await durar(await installed({}), audit)).exitCode).toBe(0);
  });

  test("it is not green where a file could not be looked into", async () => {
    expect((await durar(await installed("{"), audit)).exitCode).toBe(3);
    const directory = await installed({});
    await writePrivate(join(directory, "agents/main/agent/auth-profiles.json"), "no JSON");
    for (const name of ["agents", "agents/main", "agents/main/agent"])
      await chmod(join(directory, name), 0o700);
    expect((await durar(directory, audit)).exitCode).toBe(3);
    expect((await durar(directory, ["security", "audit"])).exitCode).toBe(0);
  });
});
