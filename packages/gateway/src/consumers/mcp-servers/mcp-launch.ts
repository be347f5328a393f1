import { statSync } from "node:fs";
import { resolve } from "node:path";
import { isRecord } from "@durar/credential-surface";
import { pluginActivity } from "@durar/durar-config";
import { expandHome, type Environment } from "@durar/secretref-schema";
import type { Snapshot } from "@durar/snapshot";

/** The plugin whose servers these are. */
const PLUGIN = "acpx";

/** Variables of the gateway's own that every server is given; none of them holds a credential. */
const PASSED_ON = [
  ...["HOME", "LANG", "LC_ALL", "LC_CTYPE", "LOGNAME", "PATH"],
  ...["SHELL", "TERM", "TMPDIR", "TZ", "USER"],
];

/** How an MCP server is started. Holds secrets. */
export interface McpLaunch {
  /** A path, or a name that is looked up in `PATH`; empty where none is configured. */
  readonly command: string;
  readonly args: readonly string[];
  /** All variables that it sees. */
  readonly env: Readonly<Record<string, string>>;
  /** Its working directory; absolute. */
  readonly cwd: string;
}

/** How each configured server is started, by its key; none while their plugin is off. */
export function mcpLaunches(snapshot: Snapshot, environment: Environment): ReadonlyMap<string, McpLaunch> {
  if (!pluginActivity(snapshot.config, PLUGIN).active) return new Map();
  const servers = snapshot.materialize(["plugins", "entries", PLUGIN, "config", "mcpServers"]);
  const home = homeDirectory(environment);
  const passedOn = PASSED_ON.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return new Map(
    Object.entries(isRecord(servers) ? servers : {}).flatMap(([name, server]) => {
      if (!isRecord(server)) return [];
      const { command, args, env, cwd } = server;
      const launch = {
        command: typeof command === "string" ? command : "",
        args: Array.isArray(args) ? args.filter(isText) : [],
        env: Object.fromEntries([...passedOn, ...texts(env)]),
        cwd: typeof cwd === "string" ? resolve(home, expandHome(cwd, undefined, environment) ?? cwd) : home,
      };
      return [[name, launch]];
    }),
  );
}

/** Not the state directory: servers that read a `.env` file where they are would be given everyone's secrets. */
function homeDirectory(environment: Environment): string {
  const home = expandHome("~/", undefined, environment) ?? "/";
  try {
    return statSync(home).isDirectory() ? home : "/";
  } catch {
    return "/";
  }
}

function texts(env: unknown): [string, string][] {
  return Object.entries(isRecord(env) ? env : {}).flatMap(([name, value]) =>
    isText(value) ? [[name, value]] : [],
  );
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
