import type { Environment } from "@durar/secretref-schema";

/** Whether a setting or a variable says nothing: it is missing, no text, or only white space. */
export function isBlank(value: unknown): boolean {
  return typeof value !== "string" || value.trim() === "";
}

/** The value of the first variable that is set and not blank. */
export function firstSet(variables: readonly string[], environment: Environment): string | undefined {
  const name = variables.find((variable) => !isBlank(environment[variable]));
  return name === undefined ? undefined : environment[name];
}
