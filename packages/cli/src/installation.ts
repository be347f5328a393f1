import { existsSync } from "node:fs";
import type { AuditStore } from "@durar/audit";
import { readDocument, readEnvFile, readTextFile, type ReadTextFileResult } from "@durar/config-document";
import {
  listStores,
  locateLayout,
  mergeEnvironment,
  STORE_FORMATS,
  type Layout,
  type StoreFile,
} from "@durar/durar-config";
import type { Environment } from "@durar/secretref-schema";
import type { Surroundings } from "./console.ts";
import type { GivenFlags, installationFlags } from "./command-line/flags.ts";

/** A server's files as they are on disk, and the environment it would see. */
export interface Installation {
  readonly layout: Layout;
  /** The merged environment. */
  readonly environment: Environment;
  readonly stores: readonly AuditStore[];
  /** The parsed config; `undefined` where it cannot be read. */
  readonly config: unknown;
  /** Whether a journal of an unfinished commit exists. */
  readonly interrupted: boolean;
}

/** Finds an installation and lists its stores. The config and the `.env` files are read once, the others by the audit. */
export function openInstallation(
  flags: GivenFlags<typeof installationFlags>,
  { environment, cwd }: Surroundings,
): Installation {
  const layout = locateLayout({ ...flags, stateDirectory: flags["state-dir"], environment, cwd });
  const config = readTextFile(layout.configFile);
  const envFiles = new Map(layout.environmentFiles.map((path) => [path, readTextFile(path)]));
  const known = new Map<string, ReadTextFileResult>([...envFiles, [layout.configFile, config]]);
  const value = parsed(config);
  const listed = listStores(layout, value);
  const isConfig = ({ path }: StoreFile): boolean => path === layout.configFile;
  // A config that is not there is the first thing to say.
  const files = listed.some(isConfig) ? listed : [missingConfig(layout), ...listed];
  return {
    layout,
    environment: mergeEnvironment(environment, [...envFiles.values()].map(variables)),
    stores: inOrder(files, layout).map((file) => ({
      kind: file.kind,
      format: STORE_FORMATS[file.kind],
      path: file.path,
      agentId: file.agentId,
      activity: file.activity,
      leftover: file.leftover,
      read: () => unlisted(file) ?? known.get(file.path) ?? readTextFile(file.path),
    })),
    config: value,
    interrupted: existsSync(layout.journalFile),
  };
}

/** A directory that cannot be listed may hold stores, so it is one that cannot be read. */
function unlisted({ problem }: StoreFile): ReadTextFileResult | undefined {
  return problem === undefined
    ? undefined
    : { ok: false, reason: "unreadable", message: `the directory ${problem}` };
}

function missingConfig({ configFile }: Layout): StoreFile {
  const activity = { active: true, reason: "always in use" };
  return { kind: "config", path: configFile, agentId: undefined, activity, leftover: false };
}

/** The config first, then the `.env` files by precedence, then all others as they are listed. */
function inOrder(files: readonly StoreFile[], layout: Layout): readonly StoreFile[] {
  const first = [layout.configFile, ...layout.environmentFiles];
  const rank = ({ path }: StoreFile): number => (first.includes(path) ? first.indexOf(path) : first.length);
  return [...files].sort((a, b) => rank(a) - rank(b));
}

function parsed(content: ReadTextFileResult): unknown {
  const result = content.ok ? readDocument(content.text) : undefined;
  return result?.ok === true ? result.document.value : undefined;
}

function variables(content: ReadTextFileResult): Readonly<Record<string, string>> {
  return content.ok ? readEnvFile(content.text).toRecord() : {};
}
