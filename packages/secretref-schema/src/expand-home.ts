import { homedir } from "node:os";
import { isAbsolute } from "node:path";
import type { Environment } from "./provider.ts";

/**
 * The path with its `~/` replaced by a home directory: the given one, else `HOME` of the environment, else that of the
 * process's user. @returns `undefined` where `~/` is asked for and none of them is an absolute path
 */
export function expandHome(
  path: string,
  given: string | undefined,
  environment: Environment,
): string | undefined {
  if (!path.startsWith("~/")) return path;
  const home = [given, environment["HOME"], userHome()].find((one) => one !== undefined && isAbsolute(one));
  // Not `join`, which would take `link/..` for nothing.
  return home === undefined ? undefined : `${home}/${path.slice(2)}`;
}

function userHome(): string | undefined {
  try {
    return homedir();
  } catch {
    // A user without an entry in the password file has none.
    return undefined;
  }
}
