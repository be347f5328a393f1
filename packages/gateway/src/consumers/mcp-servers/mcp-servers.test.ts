import { existsSync } from "node:fs";
import { mkdir, realpath, symlink } from "node:fs/promises";
import { join } from "node:path";
import { createGatewayClient, type McpServerReport, type McpToolResult } from "@durar/gateway-client";
import { assertAbsent, testWith, writeScript, type Requirement } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { EAGER, PATIENT } from "../../fixtures/disk-gateway.ts";
import { gatewayPlace, refTo } from "../../fixtures/gateway-place.ts";
import { commandLines, groupOf } from "../../fixtures/running-processes.ts";
import type { GatewayOptions } from "../../types.ts";
import { mcpServers, type McpServersOptions } from "./mcp-servers.ts";

const workspace = join(import.meta.dirname, "../../../../..");
const program = join(import.meta.dirname, "../../fixtures/mcp-program.mjs");
const everything = { command: "mcp-server-everything", args: ["stdio"] };
const misbehaving = { command: process.execPath, args: [program] };
const PATH = `${workspace}/node_modules/.bin:${process.env["PATH"] ?? ""}`;

const linux: Requirement = { met: existsSync("/proc/self/stat"), reason: "needs /proc" };

/** A configuration with these servers, in a plugin that is on. */
function withServers(servers: object, plugins: object = {}, plugin: object = {}): object {
  return {
    plugins: { ...plugins, entries: { acpx: { enabled: true, ...plugin, config: { mcpServers: servers } } } },
  };
}

async function place(environment: Readonly<Record<string, string>> = {}) {
  const made = await gatewayPlace({ PATH, ...environment });
  return {
    directory: made.directory,
    secret: () => made.secret(),
    log: () => made.log(),
    writeSecrets: (secrets: Readonly<Record<string, string>>) => made.writeSecrets(secrets),
    writeConfig: (config: object) => made.writeConfig(config),
    start: async (options: McpServersOptions = {}, more: Partial<GatewayOptions> = {}) => {
      const restarts = { minimumMs: 20, maximumMs: 200, ...options.restarts };
      const consumer = mcpServers({ ...options, restarts });
      const gateway = await made.start({ consumers: [consumer], ...more });
      // Not the checked one: what a tool answers is for the caller, a secret of its own server too.
      const client = createGatewayClient({ socket: gateway.socket, timeoutMs: 20_000 });
      const list = async (): Promise<ReadonlyMap<string, McpServerReport>> => {
        const { servers } = await client.call("mcp.listTools", {});
        return new Map(servers.map((one) => [one.server, one]));
      };
      return {
        ...{ gateway, client, list },
        pid: async (server: string): Promise<number> => {
          const report = (await list()).get(server);
          if (report?.pid === undefined) throw new Error(`${server} does not run: ${JSON.stringify(report)}`);
          return report.pid;
        },
        call: (server: string, tool: string, args: object = {}, timeoutMs = 15_000): Promise<McpToolResult> =>
          client.call("mcp.callTool", { server, tool, arguments: { ...args }, timeoutMs }),
      };
    },
  };
}

/** What the tool `get-env` of the server shows. */
function environmentIn({ content: [first] }: McpToolResult): Record<string, string> {
  return JSON.parse((first as { text: string }).text) as Record<string, string>;
}

function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "none",
    (error: unknown) => (error as { dataCode?: string }).dataCode,
  );
}

describe("an MCP server", () => {
  testWith(
    linux,
    "has its secrets in its environment, with little besides, and in no command line",
    async () => {
      const { secret, writeSecrets, writeConfig, start, directory } = await place({
        LANG: "C.UTF-8",
        OTHER_TOKEN: "of the gateway alone",
      });
      const [token, plain] = [secret(), secret()];
      await writeSecrets({ token });
      const env = { API_TOKEN: refTo("token"), PLAIN: plain, BEARER: "Bearer ${FROM_ENV}" };
      await writeConfig(withServers({ demo: { ...everything, env } }));
      const { call, pid } = await start(
        {},
        { environment: { PATH, LANG: "C.UTF-8", HOME: directory, OTHER_TOKEN: "x", FROM_ENV: token } },
      );
      const seen = environmentIn(await call("demo", "get-env"));
      expect(seen).toMatchObject({ API_TOKEN: token, PLAIN: plain, BEARER: `Bearer ${token}`, PATH });
      expect(Object.keys(seen).sort()).toEqual(["API_TOKEN", "BEARER", "HOME", "LANG", "PATH", "PLAIN"]);
      assertAbsent([token, plain], commandLines(await pid("demo")));
    },
  );

  test("offers its tools, and answers calls with arguments, failures of a tool too", async () => {
    const { writeConfig, start } = await place();
    await writeConfig(withServers({ demo: everything, bad: misbehaving }));
    const { list, call } = await start();
    const demo = (await list()).get("demo");
    expect(demo).toMatchObject({ state: "running" });
    expect(demo?.tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["echo", "get-env", "get-sum"]),
    );
    expect(demo?.tools[0]?.["inputSchema"]).toBeDefined();
    expect(await call("demo", "get-sum", { a: 2, b: 40 })).toMatchObject({
      content: [{ type: "text", text: "The sum of 2 and 40 is 42." }],
    });
    expect(await call("bad", "failed")).toMatchObject({ isError: true, content: [{ text: "no" }] });
  });

  testWith(linux, "whose secret is rotated is started anew with it, and no other is", async () => {
    const { secret, writeSecrets, writeConfig, start } = await place();
    const [old, fresh] = [secret(), secret()];
    await writeSecrets({ a: old, b: old });
    await writeConfig(
      withServers({
        a: { ...everything, env: { TOKEN: refTo("a") } },
        b: { ...everything, env: { TOKEN: refTo("b") } },
      }),
    );
    const { gateway, call, pid } = await start({}, { watching: EAGER });
    const before = [await pid("a"), await pid("b")];

    await writeSecrets({ a: fresh, b: old });
    await gateway.reload();
    expect(environmentIn(await call("a", "get-env"))["TOKEN"]).toBe(fresh);
    const after = [await pid("a"), await pid("b")];
    expect(after[0]).not.toBe(before[0]);
    expect(after[1]).toBe(before[1]);
    expect(groupOf(before[0] ?? 0)).toEqual([]);

    await writeSecrets({ a: fresh, b: fresh });
    await expect.poll(() => pid("b").catch(() => before[1]), PATIENT).not.toBe(before[1]);
    expect(await pid("a")).toBe(after[0]);
    expect(environmentIn(await call("b", "get-env"))["TOKEN"]).toBe(fresh);
  });

  testWith(linux, "comes, goes and changes with the configuration, and no other is touched", async () => {
    const { writeConfig, start } = await place();
    await writeConfig(withServers({ stays: everything, goes: everything, changes: everything }));
    const { gateway, list, pid } = await start();
    const before = { stays: await pid("stays"), goes: await pid("goes"), changes: await pid("changes") };
    const changes = { ...everything, env: { MORE: "1" } };
    await writeConfig(withServers({ comes: everything, changes, stays: everything }));
    await gateway.reload();
    expect([...(await list()).keys()]).toEqual(["comes", "changes", "stays"]);
    expect(await pid("stays")).toBe(before.stays);
    expect(await pid("changes")).not.toBe(before.changes);
    await expect.poll(() => groupOf(before.goes), PATIENT).toEqual([]);

    await writeConfig(withServers({ stays: everything }, { deny: ["acpx"] }));
    await gateway.reload();
    expect((await list()).size).toBe(0);
    await expect.poll(() => groupOf(before.stays), PATIENT).toEqual([]);
  });

  testWith(linux, "that is killed comes back", async () => {
    const { writeConfig, start } = await place();
    await writeConfig(withServers({ demo: everything }));
    const { call, pid } = await start();
    const killed = await pid("demo");
    process.kill(killed, "SIGKILL");
    await expect.poll(() => pid("demo").catch(() => killed), PATIENT).not.toBe(killed);
    expect(await call("demo", "echo", { message: "hello" })).toMatchObject({
      content: [{ text: "Echo: hello" }],
    });
  });

  testWith(
    linux,
    "that ran well before it ended is started again as soon as one that never failed",
    async () => {
      const { writeConfig, start, log } = await place();
      await writeConfig(withServers({ demo: misbehaving }));
      const { pid } = await start({ restarts: { minimumMs: 20, maximumMs: 60_000, steadyMs: 0 } });
      for (let times = 0; times < 4; times++) {
        const killed = await pid("demo");
        process.kill(killed, "SIGKILL");
        await expect.poll(() => pid("demo").catch(() => killed), PATIENT).not.toBe(killed);
      }
      const waits = log().flatMap(({ code, inMs }) => (code === "MCP_SERVER_ENDED" ? [inMs as number] : []));
      expect(waits).toHaveLength(4);
      expect(Math.max(...waits)).toBeLessThanOrEqual(20);
    },
  );

  testWith(linux, "behind a wrapper leaves nobody when it is killed, restarted or closed", async () => {
    const { writeConfig, start, directory } = await place();
    await writeScript(join(directory, "wrapper"), "#!/bin/sh\nmcp-server-everything stdio\nexit 0\n");
    const wrapped = { command: join(directory, "wrapper") };
    await writeConfig(withServers({ demo: wrapped }));
    const { gateway, pid } = await start();
    const first = await pid("demo");
    expect(groupOf(first)).toHaveLength(2);
    process.kill(first, "SIGKILL");
    await expect.poll(() => pid("demo").catch(() => first), PATIENT).not.toBe(first);
    expect(groupOf(first)).toEqual([]);

    const second = await pid("demo");
    await writeConfig(withServers({ demo: { ...wrapped, env: { MORE: "1" } } }));
    await gateway.reload();
    const third = await pid("demo");
    expect(groupOf(second)).toEqual([]);
    await gateway.close();
    expect(groupOf(third)).toEqual([]);
  });

  testWith(
    linux,
    "that heeds neither the end of its input nor SIGTERM is killed with all it started",
    async () => {
      const { writeConfig, start } = await place();
      const source = `trap "" TERM; ${process.execPath} ${program}; while :; do sleep 1; done`;
      await writeConfig(withServers({ stubborn: { command: "sh", args: ["-c", source] } }));
      const { gateway, pid } = await start();
      const stubborn = await pid("stubborn");
      expect(groupOf(stubborn).length).toBeGreaterThan(1);
      await gateway.close();
      expect(groupOf(stubborn)).toEqual([]);
    },
  );

  test("runs where it is told to, else in the home directory", async () => {
    const { writeConfig, start, directory } = await place();
    await mkdir(join(directory, "below"));
    const cwd = `process.stderr.write(""); require("fs").writeFileSync("here", "")`;
    const script = { command: process.execPath, args: ["-e", cwd] };
    await writeConfig(withServers({ home: script, below: { ...script, cwd: "~/below" } }));
    await start();
    const home = await realpath(directory);
    await expect.poll(() => existsSync(join(home, "here")), PATIENT).toBe(true);
    await expect.poll(() => existsSync(join(home, "below", "here")), PATIENT).toBe(true);
  });
});

describe("while the plugin is off", () => {
  const unresolved = { demo: { ...everything, env: { TOKEN: refTo("missing") } } };
  test.each([
    ["its entry is not enabled", withServers(unresolved, {}, { enabled: false })],
    ["plugins are off", withServers(unresolved, { enabled: false })],
    ["it is denied", withServers(unresolved, { deny: ["acpx"] })],
    ["others are allowed", withServers(unresolved, { allow: ["other"] })],
  ])("no server is started and no ref of its blocks the start: %s", async (_title, config) => {
    const { writeConfig, writeSecrets, start } = await place();
    await writeSecrets({});
    await writeConfig(config);
    const { list, call } = await start();
    expect((await list()).size).toBe(0);
    expect(await codeOf(call("demo", "echo"))).toBe("MCP_SERVER_UNKNOWN");
  });

  test("and as soon as it is on, an unresolved ref fails the start", async () => {
    const { writeConfig, writeSecrets, start } = await place();
    await writeSecrets({});
    await writeConfig(withServers(unresolved));
    await expect(start()).rejects.toMatchObject({ code: expect.stringMatching(/^SNAPSHOT_/) as string });
  });
});

describe("a server that does not work", () => {
  test("is reported by its state, blocks neither the gateway nor the others, and is tried again later each time", async () => {
    const { writeConfig, start, directory, log } = await place();
    await writeScript(join(directory, "not-executable"), "");
    await writeConfig(
      withServers({
        missing: { command: "no-such-command-anywhere" },
        none: {},
        elsewhere: { ...everything, cwd: "/nonexistent" },
        directory: { command: directory },
        dies: { command: "sh", args: ["-c", "exit 3"] },
        silent: { command: "sleep", args: ["600"] },
        odd: { command: "sh", args: ["-c", "echo hello; exec sleep 600"] },
        works: everything,
      }),
    );
    const { list, call } = await start({
      listMs: 3_000,
      handshakeMs: 600_000,
      restarts: { maximumMs: 60_000, minimumMs: 100 },
    });
    expect(await call("works", "echo", { message: "hello" })).toMatchObject({
      content: [{ text: "Echo: hello" }],
    });
    const servers = await list();
    const states = [...servers.values()].map(({ server, state, failure }) => [server, state, failure?.code]);
    expect(states).toEqual([
      ["missing", "failed", "MCP_START_FAILED"],
      ["none", "failed", "MCP_START_FAILED"],
      ["elsewhere", "failed", "MCP_START_FAILED"],
      ["directory", "failed", "MCP_START_FAILED"],
      ["dies", "failed", "MCP_HANDSHAKE_FAILED"],
      ["silent", "starting", undefined],
      ["odd", "starting", undefined],
      ["works", "running", undefined],
    ]);
    expect(servers.get("missing")?.failure?.message).toContain("not there");
    expect(Date.parse(servers.get("dies")?.nextAttemptAt ?? "")).toBeGreaterThan(0);
    expect(await codeOf(call("missing", "echo"))).toBe("MCP_START_FAILED");
    expect(await codeOf(call("silent", "echo", {}, 50))).toBe("MCP_TIMEOUT");

    const waits = () =>
      log()
        .filter(({ server }) => server === "dies")
        .map(({ inMs }) => inMs as number);
    await expect.poll(() => waits().length, PATIENT).toBeGreaterThanOrEqual(4);
    // Half of each by chance: the fourth is no shorter than the first could be at its longest, four times over.
    expect(waits()[0]).toBeLessThanOrEqual(100);
    expect(waits()[3]).toBeGreaterThanOrEqual(400);
  });

  test("in time is one whose handshake failed", async () => {
    const { writeConfig, start } = await place();
    await writeConfig(withServers({ silent: { command: "sleep", args: ["600"] } }));
    const { list } = await start({ handshakeMs: 50, restarts: { minimumMs: 60_000, maximumMs: 60_000 } });
    const state = async () => (await list()).get("silent");
    await expect
      .poll(state, PATIENT)
      .toMatchObject({ state: "failed", failure: { code: "MCP_HANDSHAKE_FAILED" } });
  });

  test("fails a call by a code, and none of its words is handed on", async () => {
    const { writeConfig, start, secret } = await place();
    const env = { SAYS: secret() };
    await writeConfig(withServers({ bad: { ...misbehaving, env } }));
    const { call, list, pid } = await start({ listMs: 15_000 });
    const failure = async (tool: string, timeoutMs?: number) => {
      const error: unknown = await call("bad", tool, {}, timeoutMs).catch((reason: unknown) => reason);
      assertAbsent(env.SAYS, JSON.stringify(error));
      return error as { dataCode?: string; message: string };
    };
    expect(await failure("error")).toMatchObject({
      dataCode: "MCP_REQUEST_REFUSED",
      message: expect.stringContaining("(-32602)") as string,
    });
    expect(await failure("odd")).toMatchObject({ dataCode: "MCP_REQUEST_REFUSED" });
    expect((await failure("odd")).message).not.toContain("12345");
    expect(await failure("wrong")).toMatchObject({ dataCode: "MCP_PROTOCOL" });
    expect(await failure("deep")).toMatchObject({ dataCode: "MCP_PROTOCOL" });
    expect(await failure("hang", 50)).toMatchObject({ dataCode: "MCP_TIMEOUT" });
    expect(await call("bad", "noisy")).toEqual({ content: [] });
    const before = await pid("bad");
    expect(await failure("large")).toMatchObject({ dataCode: "MCP_PROTOCOL" });
    await expect.poll(() => pid("bad").catch(() => before), PATIENT).not.toBe(before);
    expect(await failure("end")).toMatchObject({ dataCode: "MCP_SERVER_ENDED" });
    // It names a next page for ever.
    await expect.poll(async () => (await list()).get("bad")?.tools.length, PATIENT).toBe(100);
  });

  test("keeps nobody waiting, however much it says", async () => {
    const { writeConfig, start } = await place();
    await writeConfig(withServers({ loud: misbehaving, demo: misbehaving }));
    const { call } = await start();
    await call("loud", "flood");
    // The loop of the process is what everybody waits for.
    const began = performance.now();
    for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(await call("loud", "failed")).toMatchObject({ isError: true });
    expect(await call("demo", "failed")).toMatchObject({ isError: true });
  });

  testWith(linux, "and reads nothing of what it asks for is started again, and holds no memory", async () => {
    const { writeConfig, start, log } = await place();
    await writeConfig(withServers({ bad: misbehaving }));
    const { call, pid } = await start();
    for (const [tool, code] of [
      ["deaf", "MCP_PROTOCOL"],
      ["shut", "MCP_SERVER_ENDED"],
    ] as const) {
      const before = await pid("bad");
      await call("bad", tool);
      await expect.poll(() => pid("bad").catch(() => before), PATIENT).not.toBe(before);
      expect(log().findLast(({ inMs }) => inMs !== undefined)).toMatchObject({ code });
      expect(groupOf(before)).toEqual([]);
    }
  });

  test("and ends with its answer has answered", async () => {
    const { writeConfig, start } = await place();
    await writeConfig(withServers({ bad: misbehaving }));
    const { call } = await start();
    expect(await call("bad", "last")).toEqual({ content: [] });
  });

  test("and names more tools than anybody reads does not keep those of others from being listed", async () => {
    const { writeConfig, start } = await place();
    const large = { ...misbehaving, env: { MANY: "900000" } };
    await writeConfig(withServers({ one: large, two: large, three: large, demo: everything }));
    const { list } = await start({ listMs: 20_000 });
    const servers = await list();
    expect(servers.get("one")).toMatchObject({
      state: "running",
      failure: { code: "MCP_PROTOCOL", message: expect.stringContaining("1 MiB of tools") as string },
      tools: [],
    });
    expect(servers.get("demo")?.tools.length).toBeGreaterThan(3);
  });

  test("for a restart fails the call that waits, and the next one reaches the new one", async () => {
    const { writeConfig, start } = await place();
    await writeConfig(withServers({ demo: misbehaving }));
    const { gateway, call } = await start();
    const waiting = codeOf(call("demo", "hang"));
    await call("demo", "failed");
    await writeConfig(withServers({ demo: { ...misbehaving, env: { MORE: "1" } } }));
    await gateway.reload();
    expect(await waiting).toBe("MCP_SERVER_ENDED");
    expect(await call("demo", "failed")).toMatchObject({ isError: true });
  });
});

test("a variable that no process can have is a failure that quotes nothing of it", async () => {
  const { writeConfig, writeSecrets, start, secret } = await place();
  const value = secret();
  await writeSecrets({ token: `${value}\0more` });
  await writeConfig(withServers({ demo: { ...everything, env: { TOKEN: refTo("token") } } }));
  const { list } = await start({ restarts: { minimumMs: 60_000, maximumMs: 60_000 } });
  const report = (await list()).get("demo");
  expect(report).toMatchObject({ state: "failed", failure: { code: "MCP_START_FAILED" } });
  assertAbsent(value, JSON.stringify(report));
});

test("a home directory that leads nowhere keeps no server from running", async () => {
  const { writeConfig, start, directory } = await place();
  const home = join(directory, "loop");
  await symlink(home, home);
  await writeConfig(withServers({ demo: misbehaving }));
  const { call } = await start({}, { environment: { PATH, HOME: home } });
  expect(await call("demo", "failed")).toMatchObject({ isError: true });
});

test.each(["constructor", "__proto__", ""])(
  "a server or a variable with the name %j, whose refs nobody would resolve, fails the start",
  async (name) => {
    const { writeConfig, start } = await place();
    const variable = `{${JSON.stringify(name)}: "\${TOKEN}"}`;
    const server = `{${JSON.stringify(name)}: ${JSON.stringify(everything)}}`;
    for (const servers of [
      JSON.parse(server) as object,
      { demo: { ...everything, env: JSON.parse(variable) as unknown } },
    ]) {
      await writeConfig(withServers(servers));
      await expect(start()).rejects.toMatchObject({
        failures: [{ message: expect.stringContaining("never read") as string }],
      });
    }
  },
);

test("parameters that are none are refused, and an unknown server is not repeated", async () => {
  const { writeConfig, start } = await place();
  await writeConfig(withServers({}));
  const { client, call } = await start();
  const invalid = { server: "a", tool: "b", timeoutMs: 0 };
  await expect(client.call("mcp.callTool", invalid)).rejects.toMatchObject({ rpcCode: -32_602 });
  const error: unknown = await call("some-word", "echo").catch((reason: unknown) => reason);
  expect(JSON.stringify(error)).not.toContain("some-word");
});
