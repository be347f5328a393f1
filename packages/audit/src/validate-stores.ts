import { SECRET_SOURCES } from "@durar/secretref-schema";
import { FindingList } from "./finding-list.ts";
import { inspectStores } from "./inspect-stores.ts";
import type { LoadedDocument } from "./load-store.ts";
import { nameRules } from "./name-rules.ts";
import type { AuditOptions, AuditWarning, Finding } from "./types.ts";
import type { Preparation } from "@durar/snapshot";

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
  const { stores, providers, root } = options;
  const findings = new FindingList(root);
  // A provider is at fault once, where it is configured, and not again for each of its refs.
  const unchecked = providers.map((provider) => ({ ...provider, check: async () => undefined }));
  const inspected = { ...options, providers: unchecked };
  const { config, preparation, warnings } = await inspectStores(
    inspected,
    SECRET_SOURCES,
    nameRules(options.names),
    findings,
  );
  if (config !== undefined) await checkProviders(options, config, preparation, findings);
  const ofScanners = new Set(["PLAINTEXT_FOUND", "LEGACY_RESIDUE"]);
  const problems = findings
    .sorted(stores.map(({ path }) => path))
    .filter(({ code, severity }) => severity === "error" && !ofScanners.has(code));
  const configFile = stores.find(({ kind, leftover }) => kind === "config" && leftover !== true)?.path ?? "";
  return { version: 1, ok: problems.length === 0, configFile, problems, warnings };
}

async function checkProviders(
  { providers, environment, signal }: Omit<AuditOptions, "allowExec">,
  config: LoadedDocument,
  { secrets }: Preparation,
  findings: FindingList,
): Promise<void> {
  for (const [alias, settings] of secrets.providers) {
    const provider = providers.find(({ source }) => source === settings.source);
    const error = await provider?.check({ provider: alias, config: settings, environment, signal });
    signal?.throwIfAborted();
    if (error === undefined) continue;
    const path = ["secrets", "providers", alias];
    findings.add({
      code: "CONFIG_INVALID",
      severity: "error",
      store: config.store,
      path: path.join("."),
      ...config.locate(path),
      message: `${error.message} [${error.code}]`,
      hint: error.hint,
    });
  }
}
