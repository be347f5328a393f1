import { formatPath } from "@durar/credential-surface";
import { SECRET_SOURCES, type ProviderConfig, type SecretProvider } from "@durar/secretref-schema";
import type { Preparation } from "@durar/snapshot";
import { FindingList } from "./finding-list.ts";
import { inspectStores } from "./inspect-stores.ts";
import type { LoadedDocument } from "./load-store.ts";
import { KnownValues } from "./known-values.ts";
import { nameRules } from "./name-rules.ts";
import type { AuditOptions, AuditStore, AuditWarning, Finding } from "./types.ts";

/** What a validation came to. */
export interface ValidationReport {
  readonly version: 1;
  readonly ok: boolean;
  /** The configuration that was validated. */
  readonly configFile: string;
  /** Everything that would keep a server from starting, as far as can be known without resolving anything. */
  readonly problems: readonly Finding[];
  readonly warnings: readonly AuditWarning[];
}

/**
 * Checks stores without resolving or running anything: syntax, schema, refs, policies, and the configuration and
 * path trust of every provider, used or not.
 *
 * @throws the signal's reason, once it aborts
 */
export async function validateStores(options: Omit<AuditOptions, "allowExec">): Promise<ValidationReport> {
  const { providers, root } = options;
  const stores = options.stores.filter(isReadAtStart);
  const findings = new FindingList(root);
  // A provider is at fault once, where it is configured, and not again for each of its refs.
  const unchecked = providers.map(({ source }) => ({
    source,
    resolve: neverAsked,
    check: async () => undefined,
  }));
  const context = { names: nameRules(options.names), findings, known: new KnownValues() };
  const inspected = { ...options, stores, providers: unchecked };
  const { config, preparation, warnings } = await inspectStores(inspected, SECRET_SOURCES, context);
  if (config !== undefined) await checkProviders(options, config, preparation, findings);
  const sorted = await findings.sorted(stores.map(({ path }) => path));
  const problems = sorted.filter(({ severity }) => severity === "error");
  const configFile = stores.find(({ kind }) => kind === "config")?.path ?? "";
  return { version: 1, ok: problems.length === 0, configFile, problems, warnings };
}

/** A server reads neither old copies nor what it generated itself. */
function isReadAtStart({ kind, leftover }: AuditStore): boolean {
  return leftover !== true && kind !== "models" && kind !== "legacy-auth";
}

const neverAsked: SecretProvider["resolve"] = async () => new Map();

async function checkProviders(
  options: Omit<AuditOptions, "allowExec">,
  config: LoadedDocument,
  { secrets }: Preparation,
  findings: FindingList,
): Promise<void> {
  for (const [alias, settings] of secrets.providers) {
    const provider = options.providers.find(({ source }) => source === settings.source);
    if (provider === undefined) continue;
    const problem = await checked(provider, alias, settings, options);
    options.signal?.throwIfAborted();
    if (problem === undefined) continue;
    const path = ["secrets", "providers", alias];
    findings.add({
      code: "CONFIG_INVALID",
      severity: "error",
      store: config.store,
      path: formatPath(path),
      ...config.locate(path),
      ...problem,
    });
  }
}

/** A provider answers what is wrong. One that throws breaks its contract, and what it threw is not shown. */
async function checked(
  provider: SecretProvider,
  alias: string,
  config: ProviderConfig,
  { environment, signal }: Omit<AuditOptions, "allowExec">,
): Promise<Pick<Finding, "message" | "hint"> | undefined> {
  try {
    const error = await provider.check({ provider: alias, config, environment, signal });
    return error && { message: `${error.message} [${error.code}]`, hint: error.hint };
  } catch {
    return {
      message: "its check threw instead of answering",
      hint: `report this to the author of the ${provider.source} provider this program uses`,
    };
  }
}
