import { formatPath, isRecord } from "@durar/credential-surface";
import { readSecretsConfig, type ProviderConfig } from "@durar/secretref-schema";
import type { LocalInputs } from "../command-paths/types.ts";
import { diagnosis, type Diagnosis } from "./diagnosis.ts";

/** Whether each provider's settings and paths can be trusted, used or not. Resolves and runs nothing. */
export async function providerProblems(
  { config, environment, providers }: LocalInputs,
  signal: AbortSignal | undefined,
): Promise<readonly Diagnosis[]> {
  const { config: secrets, issues } = readSecretsConfig(isRecord(config) ? config["secrets"] : undefined);
  // One whose settings break a rule cannot be asked.
  const found = issues
    .filter(({ path: [part] }) => part === "providers")
    .map(({ path, rule }) =>
      diagnosis("error", "PROVIDER_UNTRUSTED", {
        where: formatPath(["secrets", ...path]),
        message: rule,
        hint: "see durar config validate",
      }),
    );
  for (const [alias, settings] of secrets.providers) {
    const where = formatPath(["secrets", "providers", alias]);
    const provider = providers.find(({ source }) => source === settings.source);
    const error = await provider?.check({ provider: alias, config: settings, environment, signal });
    signal?.throwIfAborted();
    if (error !== undefined)
      found.push(
        diagnosis("error", "PROVIDER_UNTRUSTED", {
          where,
          message: `${error.message} [${error.code}]`,
          hint: error.hint,
        }),
      );
    if (skipsChecks(settings))
      found.push(
        diagnosis("warn", "PROVIDER_UNCHECKED", {
          where,
          message: "allowInsecurePath is set: nobody looks who can change its paths",
          hint: "mend the permissions of its paths, and leave allowInsecurePath out",
        }),
      );
  }
  return found;
}

function skipsChecks(settings: ProviderConfig): boolean {
  return settings.source !== "env" && settings.allowInsecurePath === true;
}
