import type { Environment, ExecProviderConfig } from "@durar/secretref-schema";
import { basename, extname } from "node:path";

type EnvironmentConfig = Pick<ExecProviderConfig, "command" | "passEnv" | "env">;

/** All that the command gets: the `passEnv` names that are set, then `env`, which wins. */
export function commandEnvironment(
  { passEnv, env }: EnvironmentConfig,
  environment: Environment,
): Record<string, string> {
  const passed = passEnv.flatMap((name) => {
    const value = valueOf(name, environment);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries([...passed, ...Object.entries(env)]);
}

/** Variables that tools look for their configuration, agents and helpers with. */
const commonlyNeeded = [
  "HOME",
  "PATH",
  "USER",
  "XDG_CONFIG_HOME",
  "XDG_RUNTIME_DIR",
  "DBUS_SESSION_BUS_ADDRESS",
  "SSH_AUTH_SOCK",
];

/** More names than this tell an operator nothing. */
const NAMES_SHOWN = 8;

/**
 * What the command may miss, in words for a hint: `passEnv` names that are not set here, and variables that are set
 * here but not passed, which tools commonly need or which bear the command's name (`VAULT_ADDR` for `vault`).
 * Only names; no value is looked at.
 */
export function describeMissingVariables(
  config: EnvironmentConfig,
  environment: Environment,
): string | undefined {
  const { command, passEnv, env } = config;
  const given = (name: string): boolean => passEnv.includes(name) || Object.hasOwn(env, name);
  const isSet = (name: string): boolean => valueOf(name, environment) !== undefined;
  const prefix = `${basename(command, extname(command)).replaceAll(/\W/g, "_").toUpperCase()}_`;
  const ownNames = Object.keys(environment).filter((name) => /^\w+$/.test(name) && name.startsWith(prefix));

  const unset = passEnv.filter((name) => !isSet(name) && !Object.hasOwn(env, name));
  const withheld = [...commonlyNeeded, ...ownNames].filter((name) => isSet(name) && !given(name));
  const sentences = [
    unset.length > 0 && `${list(unset)} of its passEnv ${unset.length === 1 ? "is" : "are"} not set here`,
    withheld.length > 0 &&
      `${list(withheld)} ${withheld.length === 1 ? "is" : "are"} set here but not passed: add to passEnv what it needs`,
  ];
  return sentences.filter((sentence) => sentence !== false).join("; ") || undefined;
}

function valueOf(name: string, environment: Environment): string | undefined {
  return Object.hasOwn(environment, name) ? environment[name] : undefined;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(", ");
  return names.length > NAMES_SHOWN ? `${shown} and ${names.length - NAMES_SHOWN} more` : shown;
}
