import type { Environment } from "@durar/secretref-schema";

/** Names that only the process itself may set: they locate files, or decide what code a command loads. */
const processOnly =
  /^(PATH|HOME|NODE_OPTIONS|LD_.*|DYLD_.*|XDG_RUNTIME_DIR|(Durar|DURAR|OPENCLAW)_(STATE_DIR|CONFIG_PATH))$/i;

/**
 * The environment that refs, gateway variables and `passEnv` are read from: the process's own; a variable that is
 * missing or blank there comes from the first `.env` file in which it is not. Writes nothing into `process.env`.
 *
 * @param files the variables of each `.env` file, the one that wins first
 */
export function mergeEnvironment(
  processEnvironment: Environment,
  files: readonly Readonly<Record<string, string>>[],
): Environment {
  const merged: Record<string, string | undefined> = { ...processEnvironment };
  for (const file of files)
    for (const [name, value] of Object.entries(file))
      if (
        isBlank(Object.hasOwn(merged, name) ? merged[name] : undefined) &&
        !isBlank(value) &&
        !processOnly.test(name)
      )
        merged[name] = value;
  return Object.freeze(merged);
}

function isBlank(value: string | undefined): boolean {
  return value === undefined || value.trim() === "";
}
