import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { digestConfig } from "@durar/gateway-client";
import { assertAbsent, canary, writePrivate, writeScript } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { durar, OBEYED, surroundings } from "../fixtures/durar.ts";
import { gatewayOf, inShell, place, reloadInVain } from "../fixtures/command-paths.ts";
import { gatewayProcess } from "../fixtures/gateway.ts";
import { installed, privateDirectory } from "../fixtures/installed.ts";
import { listenInstead } from "../fixtures/other-gateway.ts";
import { openCommandPath } from "./open-command-path.ts";
import { requireTargets } from "./require-targets.ts";
import { showTargets } from "./resolve-targets.ts";
import type { TargetReport, TargetsReport } from "./types.ts";

interface Document {
  readonly context: string;
  readonly targets: readonly TargetReport[];
  readonly gateway: { readonly code?: string };
}

const env = (id: string) => ({ source: "env", provider: "default", id });
const memoryKey = "agents.list[].memorySearch.remote.apiKey";

async function statusOf(
  directory: string,
  args: readonly string[] = [],
  environment = {},
): Promise<Document> {
  const { stdout } = await durar(directory, ["status", "--json", ...args], {
    environment: { HOME: directory, Durar_STATE_DIR: directory, ...environment },
  });
  return JSON.parse(stdout) as Document;
}

function stateOf({ targets }: Pick<Document, "targets">, path: string): string | undefined {
  return targets.find((target) => target.path === path)?.state;
}

describe("a list of agents that stands on disk in another order than in the gateway", () => {
  const agent = (id: string) => ({
    id,
    memorySearch: { remote: { apiKey: env(`KEY_OF_${id.toUpperCase()}`) } },
  });
  const keys = { KEY_OF_A: canary(), KEY_OF_B: canary() };

  /** A gateway with the agents in one order, and on disk the other, which it could not take over. */
  async function reordered(): Promise<{ readonly directory: string; readonly config: object }> {
    const directory = await installed({ agents: { list: [agent("a"), agent("b")] } });
    await gatewayProcess(directory, keys);
    const config = {
      agents: { list: [agent("b"), agent("a")] },
      cron: { webhookToken: env("NOWHERE_SET") },
    };
    await writePrivate(join(directory, "Durar.json"), JSON.stringify(config));
    const { exitCode } = await durar(directory, ["secrets", "reload"]);
    expect(exitCode).toBe(2);
    return { directory, config };
  }

  function valuesOf(report: TargetsReport): Readonly<Record<string, unknown>> {
    return Object.fromEntries(
      report.targets.map((target) => [target.path, report.secretOf(target)?.reveal()]),
    );
  }

  test("leaves each agent its own key, in commands of both kinds", async () => {
    const { directory } = await reordered();
    const shell = surroundings(directory);
    const { connection, inputs } = await openCommandPath({}, shell);
    const request = { commandName: "durar memory status", targetIds: [memoryKey], connection, inputs };
    const expected = {
      "agents.list.0.memorySearch.remote.apiKey": keys.KEY_OF_B,
      "agents.list.1.memorySearch.remote.apiKey": keys.KEY_OF_A,
    };
    expect(valuesOf(await showTargets(request, false, shell))).toEqual(expected);
    const strict = await requireTargets(request, () => false, shell);
    expect(valuesOf(strict)).toEqual(expected);
    expect(strict.targets.map(({ differs }) => differs)).toEqual([undefined, undefined]);
    expect(strict.differingParts).toEqual(["cron.webhookToken"]);
    expect((await durar(directory, ["memory", "status"])).exitCode).toBe(0);
  });
});

test("agents that share an id by mistake get each their own key, with the gateway down and with it up", async () => {
  const entry = (key: string) => ({ id: "a", memorySearch: { remote: { apiKey: env(key) } } });
  const directory = await installed({ agents: { list: [entry("KEY_A")] } });
  const keys = { KEY_A: canary(), KEY_B: canary() };
  const list = [entry("KEY_B"), entry("KEY_A"), { memorySearch: { remote: { apiKey: env("KEY_B") } } }];
  const shell = surroundings(directory, {
    environment: { HOME: directory, Durar_STATE_DIR: directory, ...keys },
  });
  const shown = async (): Promise<unknown> => {
    const { connection, inputs } = await openCommandPath({}, shell);
    const report = await showTargets(
      { commandName: "test", targetIds: [memoryKey], connection, inputs },
      false,
      shell,
    );
    return report.targets
      .filter(({ differs }) => differs === undefined || differs.startsWith("is not in force"))
      .map((target) => [target.path, target.refs[0], report.secretOf(target)?.reveal()]);
  };
  const at = (index: number): string => `agents.list.${index}.memorySearch.remote.apiKey`;
  await gatewayProcess(directory, keys);
  await writePrivate(join(directory, "Durar.json"), JSON.stringify({ agents: { list } }));
  expect(await shown()).toEqual([
    [at(1), "env:default:KEY_A", keys.KEY_A],
    [at(2), "env:default:KEY_B", keys.KEY_B],
  ]);
  const down = await installed({ agents: { list } });
  const { targets } = await statusOf(down, [], keys);
  expect(targets.map(({ path, refs: [ref] }) => [path, ref])).toEqual([
    [at(0), "env:default:KEY_B"],
    [at(1), "env:default:KEY_A"],
    [at(2), "env:default:KEY_B"],
  ]);
});

describe("of what answers as the gateway", () => {
  test("nothing is taken but what was asked for", async () => {
    const config = { models: { providers: { openai: { apiKey: env("MODEL_KEY") } } }, channels: {} };
    const directory = await installed(config);
    const field = (path: string, file = "config") => ({ file, path, pathSegments: path.split(".") });
    const asked = field("models.providers.openai.apiKey");
    const others = [
      field("models.providers.openai.baseUrl"),
      field("hooks.token"),
      field("models.providers.openai.apiKey", "auth-profiles"),
      {
        ...field("models.providers.openai.apiKey"),
        pathSegments: ["models", "providers", "__proto__", "apiKey"],
      },
      { ...field("agents.list.0.memorySearch.remote.apiKey"), entryId: "nobody" },
    ];
    const fields = [asked, ...others];
    const report = { holds: "ref", refs: [env("MODEL_KEY")], active: true, reason: "in use" };
    await listenInstead(directory, {
      ...{ ok: true, diagnostics: [], inactiveRefPaths: [], unresolved: [] },
      assignments: fields.map((one) => ({ ...one, value: `of ${one.file}` })),
      places: fields.map((one) => ({ ...one, ...report })),
      snapshot: {
        ...{ state: "healthy", generation: 7, activatedAt: "2026-01-01T00:00:00.000Z" },
        config: digestConfig(config, "salt"),
      },
    });
    const shell = surroundings(directory);
    const { connection, inputs } = await openCommandPath({}, shell);
    const targetIds = ["models.providers.*.apiKey"];
    const shown = await showTargets({ commandName: "test", targetIds, connection, inputs }, false, shell);
    expect(shown.targets.map(({ path, state }) => [path, state])).toEqual([
      ["models.providers.openai.apiKey", "resolved_gateway"],
    ]);
    expect(shown.targets.map((target) => shown.secretOf(target)?.reveal())).toEqual(["of config"]);
    expect(shown.differingParts).toEqual([]);
  });

  describe("and says of it what it cannot be", () => {
    const apiKey = env("MODEL_KEY");
    const config = { models: { providers: { openai: { apiKey } } } };
    const path = "models.providers.openai.apiKey";
    const escape = "\u001b]0;obey\u0007\u001b[31m";
    const time = "2026-01-01T00:00:00.000Z";
    const snapshot = {
      ...{ state: "healthy", generation: 7, activatedAt: time },
      config: digestConfig(config, "salt"),
    };
    const field = { file: "config", path, pathSegments: path.split(".") };
    const place = { ...field, holds: "ref", refs: [apiKey], active: true, reason: "in use" };
    const honest = {
      ...{ ok: true, assignments: [{ ...field, value: "of the other" }], places: [place], snapshot },
      ...{ diagnostics: [], inactiveRefPaths: [], unresolved: [] },
      // Of secrets.status.
      ...{ state: "healthy", generation: 7, activatedAt: time, since: time, warnings: [] },
      ...{ gateway: { pid: 1, socket: "/here" }, providers: [], gatewayAuthSurface: [], recentEvents: [] },
    };

    test.each<[string, object]>([
      ["a state", { snapshot: { ...snapshot, state: escape } }],
      ["a generation", { snapshot: { ...snapshot, generation: escape } }],
      ["a time", { snapshot: { ...snapshot, activatedAt: escape } }],
      ["a salt that is none", { snapshot: { ...snapshot, config: { salt: 1, parts: {} } } }],
      ["what a field holds", { places: [{ ...place, holds: escape, refs: [] }] }],
      ["refs that are none", { places: [{ ...place, refs: "all" }] }],
      ["a ref without an id", { places: [{ ...place, refs: [{ source: "env" }] }] }],
      ["a code", { assignments: [], places: [{ ...place, code: escape }] }],
      ["a path that is none", { places: [{ ...place, pathSegments: [1, 2, 3, 4] }] }],
      ["a value that is none", { assignments: [{ ...field, value: null }] }],
    ])("is refused, as %s, and what can be had here is shown", async (_what, lie) => {
      const directory = await installed(config);
      await listenInstead(directory, { ...honest, ...lie });
      const document = await statusOf(directory, [], { MODEL_KEY: canary() });
      expect(document).toMatchObject({ context: "local", gateway: { code: "GATEWAY_PROTOCOL" } });
      expect(stateOf(document, path)).toBe("resolved_local");
    });

    test("is not obeyed by a terminal, and makes no other field of the one that was asked for", async () => {
      const directory = await installed(config);
      const elsewhere = "gateway.remote.password";
      const texts = { path: `${elsewhere}${escape}`, reason: escape, agentId: escape };
      await listenInstead(directory, {
        ...honest,
        gateway: { pid: 1, socket: escape, tcp: { host: escape, port: 1 } },
        warnings: [{ code: "X", message: escape, path: escape }],
        lastAttempt: {
          ok: false,
          failures: [{ code: "X", message: escape, hint: escape, paths: [escape] }],
        },
        places: [{ ...place, ...texts }],
        assignments: [],
      });
      for (const args of [
        ["status", "--all"],
        ["channels", "status"],
        ["security", "audit"],
        ["doctor"],
        ["memory", "status"],
      ]) {
        const { exitCode, stdout, stderr } = await durar(directory, args);
        expect(exitCode).toBeLessThan(3);
        expect(stdout + stderr).not.toMatch(OBEYED);
        expect(stdout).not.toContain(elsewhere);
      }
    });

    test.each<[string, object]>([
      ["a pid", { gateway: { pid: escape, socket: "/here" } }],
      ["no process", { gateway: undefined }],
      ["failures that are none", { lastAttempt: { ok: false, failures: [1] } }],
    ])("is not shown where it says how it stands: %s", async (_what, lie) => {
      const directory = await installed(config);
      await listenInstead(directory, { ...honest, ...lie });
      const { exitCode, stdout } = await durar(directory, ["status"]);
      expect(exitCode).toBe(0);
      expect(stdout).not.toMatch(OBEYED);
      expect(stdout).toContain("not reached");
    });
  });

  test.each([
    ["an answer without what is in force", { ok: true, assignments: [] }, "GATEWAY_PROTOCOL"],
    ["silence", undefined, "GATEWAY_TIMEOUT"],
  ])("%s is named, and what can be had here is shown", async (_what, result, code) => {
    const directory = await installed({ cron: { webhookToken: env("HOOK_KEY") } });
    await listenInstead(directory, result);
    const document = await statusOf(directory, ["--timeout", "300"], { HOOK_KEY: canary() });
    expect(document).toMatchObject({ context: "local", gateway: { code } });
    expect(stateOf(document, "cron.webhookToken")).toBe("resolved_local");
  });

  test("silence ends a strict command with 69", async () => {
    const at = await place();
    await listenInstead(at.directory, undefined);
    const { exitCode, stderr } = await inShell(at, ["memory", "status", "--timeout", "300"]);
    expect(exitCode).toBe(69);
    expect(stderr).toContain("GATEWAY_TIMEOUT");
  });
});

describe("a command that only shows something", () => {
  test("resolves here what was asked for and nothing else, and runs commands only when it may", async () => {
    const directory = await privateDirectory();
    const command = await writeScript(
      join(directory, "resolver"),
      `#!/bin/sh\necho "$1" >> "${directory}/asked"\necho stored\n`,
    );
    const ref = (id: string) => ({ source: "exec", provider: "tool", id });
    await writePrivate(
      join(directory, "Durar.json"),
      JSON.stringify({
        secrets: {
          providers: {
            tool: { source: "exec", command, args: ["{id}"], jsonOnly: false, timeoutMs: 60_000 },
          },
        },
        models: { providers: { openai: { apiKey: ref("models") } } },
        channels: { irc: { password: ref("irc") }, mattermost: { enabled: false, botToken: ref("off") } },
      }),
    );
    const asked = (): Promise<string> => readFile(join(directory, "asked"), "utf8").catch(() => "");
    const careful = await durar(directory, ["channels", "status"]);
    expect(careful.stdout).toContain("SECRET_EXEC_NOT_ALLOWED");
    expect(careful.stdout).toContain("configured but unavailable in this command path");
    expect(await asked()).toBe("");
    const allowed = await durar(directory, ["channels", "status", "--allow-exec"]);
    expect(allowed.stdout).toMatch(/resolved_local +channels\.irc\.password/);
    expect(await asked()).toBe("irc\n");
  });

  test("resolves nothing here that the gateway has", async () => {
    const at = await place();
    await gatewayOf(at);
    await at.removeSecrets();
    const { exitCode, stdout } = await inShell(at, ["status", "--all"]);
    expect(exitCode).toBe(0);
    expect(stdout).not.toMatch(/resolved_local|unresolved/);
  });

  test("resolves here a ref that the gateway passed over, where this shell has its variable", async () => {
    const key = (id: string) => ({ enabled: true, config: { webSearch: { apiKey: env(id) } } });
    const directory = await installed({
      plugins: { entries: { brave: key("BRAVE_REF"), google: key("GOOGLE_REF") } },
    });
    await gatewayProcess(directory, { GOOGLE_REF: canary() });
    const path = "plugins.entries.brave.config.webSearch.apiKey";
    const without = await statusOf(directory);
    expect(stateOf(without, path)).toBe("unresolved");
    expect(without.targets.find((target) => target.path === path)?.code).toBe("SECRET_NOT_FOUND");
    const having = await statusOf(directory, [], { BRAVE_REF: canary() });
    expect(stateOf(having, path)).toBe("resolved_local");
    expect(stateOf(having, "plugins.entries.google.config.webSearch.apiKey")).toBe("resolved_gateway");
  });

  test("asks the gateway once, which notes who asked", async () => {
    const at = await place();
    const gateway = await gatewayOf(at);
    await inShell(at, ["channels", "resolve"]);
    await gateway.logged("SECRETS_RESOLVED");
    const calls = gateway
      .log()
      .split("\n")
      .filter((line) => line.includes("SECRETS_RESOLVED"));
    expect(calls).toHaveLength(1);
    expect(calls[0]).toContain("durar channels resolve");
    expect(calls[0]).not.toContain("models.providers");
    assertAbsent(at.secrets, gateway.log());
  });

  test("works over TCP too", async () => {
    const at = await place();
    await gatewayProcess(at.directory, at.environment, ["--port", "0"]);
    const status = await durar(at.directory, ["gateway", "status", "--json"]);
    const { tcp } = JSON.parse(status.stdout) as { tcp: { port: number } };
    const args = ["channels", "status", "--gateway", `http://127.0.0.1:${tcp.port}`];
    const refused = await inShell(at, args);
    expect(refused.stdout).toContain("[GATEWAY_UNAUTHORIZED]");
    await writePrivate(join(at.directory, "token"), at.environment["GATEWAY_KEY"] ?? "");
    const { exitCode, stdout } = await inShell(at, [...args, "--token-file", join(at.directory, "token")]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/resolved_gateway +channels\.telegram\.botToken/);
  });

  test("goes on where no socket can have its path, of which a strict one says that no gateway is reached", async () => {
    const directory = join(await privateDirectory(), "far-away-".repeat(14));
    const config = {
      cron: { webhookToken: env("HOOK_KEY") },
      agents: { defaults: { memorySearch: { remote: { apiKey: env("MEMORY_KEY") } } } },
    };
    await writePrivate(join(directory, "Durar.json"), JSON.stringify(config));
    for (const args of [
      ["status"],
      ["channels", "status"],
      ["channels", "resolve"],
      ["security", "audit"],
      ["doctor"],
    ]) {
      const { exitCode, stdout } = await durar(directory, args);
      expect({ args, exitCode }).toEqual({ args, exitCode: 0 });
      expect(stdout).toContain("too long for a socket");
    }
    expect(stateOf(await statusOf(directory, [], { HOOK_KEY: canary() }), "cron.webhookToken")).toBe(
      "resolved_local",
    );
    const strict = await durar(directory, ["memory", "status"]);
    expect(strict.exitCode).toBe(69);
    expect(strict.stderr).toContain("agents.defaults.memorySearch.remote.apiKey");
  });

  test("goes on where the configuration cannot be read, and says so", async () => {
    const directory = await privateDirectory();
    for (const args of [
      ["status"],
      ["channels", "status"],
      ["channels", "resolve"],
      ["security", "audit"],
      ["doctor"],
    ]) {
      const { exitCode, stdout } = await durar(directory, args);
      expect(exitCode).toBe(0);
      expect(stdout).toContain("Durar.json");
    }
    const strict = await durar(directory, ["memory", "status"]);
    expect(strict).toMatchObject({ exitCode: 2, stdout: "" });
  });
});

describe("Google Chat that is configured by serviceAccountRef alone", () => {
  const config = { channels: { googlechat: { serviceAccountRef: env("SERVICE_ACCOUNT") } } };

  test("stands with the gateway up and with it down, in every command that shows it", async () => {
    const directory = await installed(config);
    const account = { SERVICE_ACCOUNT: canary() };
    const commands = [
      ["status", "--all"],
      ["channels", "status"],
      ["channels", "resolve", "googlechat"],
    ];
    const shown = async (environment: Readonly<Record<string, string>>): Promise<void> => {
      const state = environment["SERVICE_ACCOUNT"] === undefined ? "resolved_gateway" : "resolved_local";
      for (const args of commands) {
        const { stdout } = await durar(directory, args, {
          environment: { HOME: directory, Durar_STATE_DIR: directory, ...environment },
        });
        expect(stdout).toMatch(new RegExp(`${state} +channels\\.googlechat\\.serviceAccountRef`));
        assertAbsent(Object.values(account), stdout);
      }
    };
    await shown(account);
    await gatewayProcess(directory, account);
    await shown({});
  });
});

describe("a strict command", () => {
  test("needs no gateway for plaintext, and none for a key that is not in use", async () => {
    const plaintext = canary();
    const directory = await installed({
      agents: {
        defaults: { memorySearch: { remote: { apiKey: plaintext } } },
        list: [{ id: "a" }, { id: "b", enabled: false, memorySearch: { remote: { apiKey: env("B") } } }],
      },
    });
    const { exitCode, stdout } = await durar(directory, ["memory", "status"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/resolved_local +agents\.defaults/);
    expect(stdout).toMatch(/inactive_surface +agents\.list\.1/);
    assertAbsent([plaintext], stdout);
  });

  test("does not take from this shell what the gateway does not have", async () => {
    const at = await place();
    const environment = { HOME: at.directory, ...at.environment };
    for (const args of [
      ["memory", "status"],
      ["qr", "--remote", "--json"],
    ])
      expect((await inShell(at, args, { environment })).exitCode).toBe(69);
  });

  test("refuses settings that are not the ones in force, though its key is", async () => {
    const at = await place();
    const gateway = await gatewayOf(at);
    const { gateway: settings, channels } = at.config;
    channels.slack.appToken = env("NOWHERE_SET");
    await at.write({
      ...at.config,
      channels: { ...channels, slack: { ...channels.slack, mode: "socket" } },
      gateway: { ...settings, remote: { ...settings.remote, url: "wss://elsewhere.example" } },
    });
    await reloadInVain(at, gateway);
    const { exitCode, stdout } = await inShell(at, ["qr", "--remote", "--json"]);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: {
        code: "SECRETS_UNAVAILABLE",
        failures: [{ code: "CONFIG_NOT_IN_FORCE", paths: ["gateway.remote"] }],
      },
    });
    expect((await inShell(at, ["memory", "status"])).exitCode).toBe(0);
  });
});
