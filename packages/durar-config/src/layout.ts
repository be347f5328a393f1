import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { DurarError, type Environment } from "@durar/secretref-schema";

/** The names a product uses on disk and in the environment. */
interface LayoutNames {
  readonly stateDirectory: string;
  readonly configFile: string;
  /** Variables are written `PREFIX_STATE_DIR`; of several prefixes that are set, the first wins. */
  readonly prefixes: readonly string[];
  readonly sentinel: string;
}

/** A layout this package knows. */
export type LayoutName = "durar" | "openclaw";

const names: Readonly<Record<LayoutName, LayoutNames>> = {
  durar: {
    stateDirectory: ".Durar",
    configFile: "Durar.json",
    prefixes: ["Durar", "DURAR"],
    sentinel: "__Durar_REDACTED__",
  },
  openclaw: {
    stateDirectory: ".openclaw",
    configFile: "openclaw.json",
    prefixes: ["OPENCLAW"],
    sentinel: "__OPENCLAW_REDACTED__",
  },
};

/** The layouts' names, the default first. */
export const LAYOUT_NAMES: readonly LayoutName[] = Object.freeze(["durar", "openclaw"]);

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
 * Finds out where a state directory and its files lie. Touches nothing.
 *
 * @throws DurarError `CONFIG_LAYOUT_UNKNOWN` for a layout of another name
 */
export function locateLayout(options: LocateOptions = {}): Layout {
  const { environment = process.env, cwd = process.cwd() } = options;
  const name = layoutName(options.layout, options.config);
  const { prefixes, sentinel, ...files } = names[name];
  const home = environment["HOME"] ?? homedir();
  const path = (text: string): string =>
    resolve(cwd, text === "~" || text.startsWith("~/") ? join(home, text.slice(1)) : text);
  const variables = (suffix: string): readonly string[] => prefixes.map((prefix) => `${prefix}_${suffix}`);

  const stateDirectory = path(
    options.stateDirectory ??
      firstSet(variables("STATE_DIR"), environment) ??
      join(home, files.stateDirectory),
  );
  const configFile = path(
    options.config ??
      firstSet(variables("CONFIG_PATH"), environment) ??
      join(stateDirectory, files.configFile),
  );
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
    gatewayTokenVariables: variables("GATEWAY_TOKEN"),
    gatewayPasswordVariables: variables("GATEWAY_PASSWORD"),
  });
}

function layoutName(layout: string | undefined, config: string | undefined): LayoutName {
  if (layout === undefined)
    return config !== undefined && basename(config) === "openclaw.json" ? "openclaw" : "durar";
  const known = LAYOUT_NAMES.find((name) => name === layout);
  if (known !== undefined) return known;
  throw new DurarError({
    code: "CONFIG_LAYOUT_UNKNOWN",
    kind: "invalid-config",
    message: "there is no layout of this name",
    hint: `use one of ${LAYOUT_NAMES.join(", ")}`,
  });
}

/** The value of the first variable that is set and not blank. */
export function firstSet(variables: readonly string[], environment: Environment): string | undefined {
  const name = variables.find((variable) => (environment[variable] ?? "").trim() !== "");
  return name === undefined ? undefined : environment[name];
}
