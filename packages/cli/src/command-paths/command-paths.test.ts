import { describe, expect, test } from "vitest";
import type { CommandResult } from "../console.ts";
import { gatewayOf, inShell, place, reloadInVain, type Place } from "../fixtures/command-paths.ts";
import type { GatewayProcess } from "../fixtures/gateway.ts";

/** Every command path, by the name of its fixtures. */
const commands = {
  status: ["status"],
  "status-all": ["status", "--all"],
  "channels-status": ["channels", "status"],
  "channels-resolve": ["channels", "resolve"],
  "memory-status": ["memory", "status"],
  qr: ["qr", "--remote"],
  "security-audit": ["security", "audit"],
  doctor: ["doctor"],
} as const;

/** How the gateway stands, by the name of the fixtures. In none of them does the shell have a variable of the gateway's. */
const conditions: Readonly<Record<string, (at: Place) => Promise<GatewayProcess | undefined>>> = {
  up: gatewayOf,
  down: () => Promise.resolve(undefined),
  degraded: async (at) => {
    const gateway = await gatewayOf(at);
    await at.removeSecrets();
    await reloadInVain(at, gateway);
    return gateway;
  },
  unavailable: async (at) => {
    const gateway = await gatewayOf(at);
    const missing = { source: "env", provider: "default", id: "NOWHERE_SET" };
    const { gateway: settings, agents, channels } = at.config;
    channels.telegram.accounts["new"] = { botToken: missing };
    await at.write({
      ...at.config,
      gateway: { ...settings, remote: { ...settings.remote, token: missing } },
      agents: {
        ...agents,
        list: [...agents.list, { id: "new", memorySearch: { remote: { apiKey: missing } } }],
      },
    });
    await reloadInVain(at, gateway);
    return gateway;
  },
};

const states = ["resolved_gateway", "resolved_local", "inactive_surface", "unresolved"];

interface JsonDocument {
  readonly ok: boolean;
  readonly targets?: readonly { readonly state: string; readonly code?: string }[];
}

/** Without colours, on a terminal, where a code is shown. */
function onTerminal(at: Place, args: readonly string[]): Promise<CommandResult> {
  const environment = { HOME: at.directory, NO_COLOR: "1" };
  return inShell(at, args, { stdoutIsTerminal: true, environment });
}

/** What differs from run to run. */
function normalized(
  { exitCode, stdout, stderr }: CommandResult,
  { directory }: Place,
  gateway?: GatewayProcess,
): string {
  return `${stdout}${stderr}status ${exitCode}\n`
    .replaceAll(directory, "<state>")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
    .replace(/\d+ seconds? ago/g, "<age> ago")
    .replace(gateway === undefined ? /$^/ : new RegExp(`pid ${gateway.pid}\\b`, "g"), "pid <pid>")
    .replace(/^[█▀▄ ]{20,}\n/gm, "<code>\n")
    .replace(/(<code>\n)+/g, "<code>\n");
}

describe.each(Object.keys(conditions))("with the gateway %s", (condition) => {
  test("every command path shows what was written down", async () => {
    const at = await place();
    const gateway = await conditions[condition]?.(at);
    for (const [name, args] of Object.entries(commands))
      await expect
        .soft(normalized(await onTerminal(at, args), at, gateway))
        .toMatchFileSnapshot(`../fixtures/command-paths/${name}-${condition}.txt`);
  });

  test("the JSON of every command path is one document, and says the same", async () => {
    const at = await place();
    await conditions[condition]?.(at);
    for (const args of Object.values(commands)) {
      const text = await onTerminal(at, args);
      const { exitCode, stdout, stderr } = await inShell(at, [...args, "--json"]);
      const document = JSON.parse(stdout) as JsonDocument;
      expect({ exitCode, stderr }).toEqual({ exitCode: text.exitCode, stderr: "" });
      expect(document.ok).toBe(exitCode === 0);
      for (const { state, code } of document.targets ?? []) {
        expect(states).toContain(state);
        if (state === "unresolved") expect(text.stdout).toContain(code);
      }
    }
  });
});
