import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import type { Environment } from "@durar/secretref-schema";
import { configError } from "./errors.ts";
import { firstSet } from "./first-set.ts";

/** The layouts, by name. */
const layouts = {
  durar: {
    stateDirectory: ".Durar",
    configFile: "Durar.json",
    /** Variables are written `PREFIX_STATE_DIR`; of several prefixes that are set, the first wins. */
    prefixes: ["Durar", "DURAR"],
    sentinel: "__Durar_REDACTED__",
  },
  openclaw: {
    stateDirectory: ".openclaw",
    configFile: "openclaw.json",
    prefixes: ["OPENCLAW"],
    sentinel: "__OPENCLAW_REDACTED__",
  },
} as const;

/** A layout this package knows. */
export type LayoutName = keyof typeof layouts;

/** The layouts' names, the default first. */
export const LAYOUT_NAMES: readonly LayoutName[] = Object.freeze(["durar", "openclaw"]);

/** What stands for a secret in redacted config, of every layout: none of them may be a value. */
export const SENTINELS: readonly string[] = Object.freeze(LAYOUT_NAMES.map((name) => layouts[name].sentinel));

/** Variables that say where files lie. A file cannot say where it lies itself, so they count in the process alone. */
export const LOCATING_VARIABLES: readonly string[] = Object.freeze([
  "HOME",
  "XDG_RUNTIME_DIR",
  ...LAYOUT_NAMES.flatMap((name) => [...variablesOf(name, "STATE_DIR"), ...variablesOf(name, "CONFIG_PATH")]),
]);

function variablesOf(name: LayoutName, suffix: string): readonly string[] {
  return Object.freeze(layouts[name].prefixes.map((prefix) => `${prefix}_${suffix}`));
}

/** Where everything lies, by absolute path. */
export interface Layout {
  readonly name: LayoutName;
  /** The user's home directory, for paths that start with `~/`. */
  readonly home: string;
  readonly stateDirectory: string;
  readonly configFile: string;
  /** The `.env` files, the one that wins first; one where both would be the same. */
  readonly environmentFiles: readonly string[];
  readonly agentsDirectory: string;
  /** Exists while a commit over several files is unfinished. */
  readonly journalFile: string;
  /** What stands for a secret in redacted config. */
  readonly sentinel: string;
  /** The names of the gateway's own variables, in order of precedence. */
  readonly gatewayTokenVariables: readonly string[];
  readonly gatewayPasswordVariables: readonly string[];
}

export interface LocateOptions {
  /** @default `openclaw` for a config named `openclaw.json`, else `durar` */
  readonly layout?: string | undefined;
  /** The config file. @default the layout's variable, else its file in the state directory */
  readonly config?: string | undefined;
  /** @default the layout's variable, else its directory in the home directory */
  readonly stateDirectory?: string | undefined;
  /** The process's own environment, not the merged one: a `.env` file cannot say where it lies. @default `process.env` */
  readonly environment?: Environment | undefined;
  /** What a relative path starts from. @default the working directory */
  readonly cwd?: string | undefined;
}

/**
 * Finds out where a state directory and its files lie. Looks only whether a given state directory holds the config
 * of another layout; reads and creates nothing.
 *
 * @throws DurarError `CONFIG_LAYOUT_UNKNOWN` for a layout of another name
 */
export function locateLayout(options: LocateOptions = {}): Layout {
  const { environment = process.env, cwd = process.cwd() } = options;
  const home = firstSet(["HOME"], environment) ?? homedir();
  const path = (text: string): string =>
    resolve(cwd, text === "~" || text.startsWith("~/") ? join(home, text.slice(1)) : text);
  const variable = (layout: LayoutName, suffix: string): string | undefined =>
    firstSet(variablesOf(layout, suffix), environment);

  // Where no layout is named, the default's variable may name the config, and the config implies the layout.
  const known = layoutName(options.layout);
  const config = options.config ?? variable(known ?? "durar", "CONFIG_PATH");
  const given = options.stateDirectory === undefined ? undefined : path(options.stateDirectory);
  const name = known ?? impliedLayout(config, given);

  const { stateDirectory: directory, configFile: file, sentinel } = layouts[name];
  const stateDirectory = given ?? path(variable(name, "STATE_DIR") ?? join(home, directory));
  const configFile = path(config ?? variable(name, "CONFIG_PATH") ?? join(stateDirectory, file));
  const environmentFiles = [join(dirname(configFile), ".env"), join(stateDirectory, ".env")];
  return Object.freeze({
    name,
    home,
    stateDirectory,
    configFile,
    environmentFiles: Object.freeze([...new Set(environmentFiles)]),
    agentsDirectory: join(stateDirectory, "agents"),
    journalFile: join(stateDirectory, ".durar-commit.json"),
    sentinel,
    gatewayTokenVariables: variablesOf(name, "GATEWAY_TOKEN"),
    gatewayPasswordVariables: variablesOf(name, "GATEWAY_PASSWORD"),
  });
}

function layoutName(layout: string | undefined): LayoutName | undefined {
  if (layout === undefined) return undefined;
  const known = LAYOUT_NAMES.find((name) => name === layout);
  if (known === undefined) throw configError("CONFIG_LAYOUT_UNKNOWN", "there is no layout of this name");
  return known;
}

/** The layout that a config's name implies, or the one config that lies in a given state directory. */
function impliedLayout(config: string | undefined, stateDirectory: string | undefined): LayoutName {
  const { durar, openclaw } = layouts;
  if (config !== undefined) return basename(config) === openclaw.configFile ? "openclaw" : "durar";
  const holds = (file: string): boolean =>
    stateDirectory !== undefined && existsSync(join(stateDirectory, file));
  return holds(openclaw.configFile) && !holds(durar.configFile) ? "openclaw" : "durar";
}
