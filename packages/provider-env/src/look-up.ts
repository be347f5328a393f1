import {
  brokenIdRule,
  formatRef,
  printable,
  Secret,
  SecretRefError,
  type EnvProviderConfig,
  type Environment,
  type SecretAnswer,
  type SecretErrorCode,
} from "@durar/secretref-schema";

/** Answers one id from the environment. */
export function lookUp(
  provider: string,
  { allowlist }: EnvProviderConfig,
  id: string,
  environment: Environment,
): SecretAnswer {
  const rule = brokenIdRule("env", id);
  if (rule !== undefined) {
    // What is no name may be a secret in the wrong place: it is not shown.
    const message = `${printable(`env:${provider}`)}: ${rule}`;
    return {
      ok: false,
      error: new SecretRefError("SECRET_REF_INVALID", { source: "env", provider, message }),
    };
  }
  const ref = { source: "env", provider, id } as const;
  const refuse = (code: SecretErrorCode, problem: string, hint: string): SecretAnswer => ({
    ok: false,
    error: new SecretRefError(code, { ...ref, message: `${formatRef(ref)}: ${problem}`, hint }),
  });
  if (allowlist !== undefined && !allowlist.includes(id))
    return refuse(
      "SECRET_NOT_ALLOWLISTED",
      "the provider's allowlist does not name this variable",
      `add "${id}" to the provider's allowlist`,
    );
  // A plain object has members of its prototype's besides its variables.
  const value = Object.hasOwn(environment, id) ? environment[id] : undefined;
  if (value === undefined)
    return refuse("SECRET_NOT_FOUND", "the variable is not set in this process", startHint(id));
  if (value.trim() === "") return refuse("SECRET_EMPTY", "the variable is set, but blank", startHint(id));
  return { ok: true, value: new Secret(value) };
}

/** The usual cause is a variable that the user's shell has and the service has not. */
function startHint(id: string): string {
  return (
    `set ${id} where this process is started; a service does not inherit the variables of a shell: ` +
    "with systemd use Environment= or EnvironmentFile=, with launchd EnvironmentVariables"
  );
}
