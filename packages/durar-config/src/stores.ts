import { readdirSync, realpathSync, type Dirent } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { on, type Activity } from "@durar/credential-surface";
import { agentActivity, listedAgents, MAIN_AGENT } from "./agents.ts";
import type { Layout } from "./layout.ts";

/** What a file of the state directory is. */
export type StoreKind = "config" | "environment" | "auth-profiles" | "models" | "legacy-auth";

/** A file that may hold credentials. */
export interface StoreFile {
  readonly kind: StoreKind;
  readonly path: string;
  readonly agentId: string | undefined;
  /** Whether the agent that owns it is on. */
  readonly activity: Activity;
  /** Whether it is an old copy of a store: a backup or temporary file. */
  readonly leftover: boolean;
}

const agentStores: readonly (readonly [name: string, kind: StoreKind])[] = [
  ["auth-profiles.json", "auth-profiles"],
  ["models.json", "models"],
  ["auth.json", "legacy-auth"],
];

/**
 * Lists the stores that exist, and the leftovers beside them. Reads directories only; one that cannot be read counts
 * as empty, but its stores are listed by name so that reading them says why.
 *
 * @param config the parsed configuration; it names further agents
 */
export function listStores(layout: Layout, config: unknown): readonly StoreFile[] {
  const shared: readonly (readonly [path: string, kind: StoreKind])[] = [
    [layout.configFile, "config"],
    ...layout.environmentFiles.map((path) => [path, "environment"] as const),
  ];
  const directories = new Set(shared.map(([path]) => dirname(path)));
  const ofServer = [...directories].flatMap((directory) =>
    storesIn(
      directory,
      shared.filter(([path]) => dirname(path) === directory).map(([path, kind]) => [basename(path), kind]),
      { agentId: undefined, activity: on("always in use") },
    ),
  );
  const ofAgents = agentDirectories(layout, config).flatMap(({ agentId, directory }) =>
    storesIn(directory, agentStores, { agentId, activity: agentActivity(config, agentId) }),
  );
  return [...ofServer, ...ofAgents];
}

/** An agent and the directory of its stores. */
export interface AgentDirectory {
  readonly agentId: string;
  readonly directory: string;
}

/**
 * Every agent's directory, each real directory once: the listed agents', `main`'s, and every one that lies in the
 * agents directory.
 */
export function agentDirectories(layout: Layout, config: unknown): readonly AgentDirectory[] {
  const standard = (agentId: string): string => join(layout.agentsDirectory, agentId, "agent");
  const agents = new Map<string, string>();
  for (const { id, agentDir } of listedAgents(config))
    agents.set(id, agentDir === undefined ? standard(id) : configuredDirectory(layout, agentDir));
  if (!agents.has(MAIN_AGENT)) agents.set(MAIN_AGENT, standard(MAIN_AGENT));
  const entries = entriesOf(layout.agentsDirectory).entries;
  for (const entry of entries)
    if ((entry.isDirectory() || entry.isSymbolicLink()) && !agents.has(entry.name))
      agents.set(entry.name, standard(entry.name));

  const found = [...agents].map(([agentId, directory]) => ({ agentId, directory }));
  const mayRepeat = found.some(({ agentId, directory }) => directory !== standard(agentId));
  return mayRepeat || entries.some((entry) => entry.isSymbolicLink()) ? withoutRepeats(found) : found;
}

/** `~/` is the home directory; a relative path starts at the state directory. */
function configuredDirectory({ home, stateDirectory }: Layout, agentDir: string): string {
  return agentDir.startsWith("~/") ? join(home, agentDir.slice(2)) : resolve(stateDirectory, agentDir);
}

function withoutRepeats(agents: readonly AgentDirectory[]): readonly AgentDirectory[] {
  const seen = new Set<string>();
  return agents.filter(({ directory }) => {
    const real = realPath(directory);
    const repeated = seen.has(real);
    seen.add(real);
    return !repeated;
  });
}

function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

/** The stores of one directory and the leftovers beside them, in order of their names. */
function storesIn(
  directory: string,
  stores: readonly (readonly [name: string, kind: StoreKind])[],
  owner: Pick<StoreFile, "agentId" | "activity">,
): StoreFile[] {
  const { entries, unreadable } = entriesOf(directory);
  // A directory that may be entered but not listed can still hold stores; reading them says what is wrong.
  const names = unreadable ? stores.map(([name]) => name) : entries.map(({ name }) => name).sort();
  return names.flatMap((name): StoreFile[] => {
    const file = { ...owner, path: join(directory, name) };
    const store = stores.find(([own]) => own === name);
    if (store !== undefined) return [{ ...file, kind: store[1], leftover: false }];
    const copied = stores.find(([own]) => isLeftover(name, own));
    return copied === undefined ? [] : [{ ...file, kind: copied[1], leftover: true }];
  });
}

const leftoverEnding = /\.(bak|tmp)|\.(old|orig)$|~$|\.clobbered\./;

/** Whether a file's name is that of an old copy of a store: `Durar.json.bak`, `.Durar.json.tmp-1`, `Durar.bak.json`. */
export function isLeftover(name: string, store: string): boolean {
  const stem = store.slice(0, store.length - extname(store).length);
  return [store, `.${store}`, stem].some((start) => {
    const rest = name.slice(start.length);
    return (
      start !== "" &&
      name.startsWith(start) &&
      leftoverEnding.test(rest) &&
      (start !== stem || rest.startsWith("."))
    );
  });
}

function entriesOf(directory: string): { readonly entries: readonly Dirent[]; readonly unreadable: boolean } {
  try {
    return { entries: readdirSync(directory, { withFileTypes: true }), unreadable: false };
  } catch (error) {
    return {
      entries: [],
      unreadable: !["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? ""),
    };
  }
}
