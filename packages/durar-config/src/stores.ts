import { lstatSync } from "node:fs";
import { basename, dirname, extname, join, sep } from "node:path";
import { on, type Activity } from "@durar/credential-surface";
import { findAgents, realPath } from "./agent-directories.ts";
import { activityAmong, listedAgents } from "./agents.ts";
import type { Layout } from "./layout.ts";
import { listDirectory } from "./list-directory.ts";

/** What a file of the state directory is; a `directory` is one that cannot be listed, so that files may be missing. */
export type StoreKind = "config" | "environment" | "auth-profiles" | "models" | "legacy-auth" | "directory";

/** How each kind of store is written. What a directory holds is not known; its files would be JSON. */
export const STORE_FORMATS = Object.freeze({
  config: "json5",
  environment: "env",
  "auth-profiles": "json",
  models: "json",
  "legacy-auth": "json",
  directory: "json",
} as const satisfies Readonly<Record<StoreKind, "json5" | "json" | "env">>);

/** A file that may hold credentials. */
export interface StoreFile {
  readonly kind: StoreKind;
  readonly path: string;
  readonly agentId: string | undefined;
  /** Whether the agent that owns it is on. */
  readonly activity: Activity;
  /** Whether it is an old copy of a store: a backup or temporary file. */
  readonly leftover: boolean;
  /** Why a `directory` is not listed, to be read after its path. */
  readonly problem?: string | undefined;
}

/** The stores of one directory, and who owns them. */
interface StoreDirectory {
  readonly directory: string;
  readonly stores: readonly (readonly [name: string, kind: StoreKind])[];
  readonly agentId: string | undefined;
  readonly activity: Activity;
}

const agentStores = [
  ["auth-profiles.json", "auth-profiles"],
  ["models.json", "models"],
  ["auth.json", "legacy-auth"],
] as const;

/**
 * Lists the stores that exist, and the leftovers beside them. Reads directories only; one that cannot be listed is
 * itself in the list, with the problem.
 *
 * @param config the parsed configuration; it names further agents
 */
export function listStores(layout: Layout, config: unknown): readonly StoreFile[] {
  const inUse = on("always in use");
  const { agents, problem } = findAgents(layout, config);
  const activityOf = activityAmong(listedAgents(config));
  const ofAgents = agents.flatMap(({ agentId, directory }) =>
    storesIn({ directory, stores: agentStores, agentId, activity: activityOf(agentId) }),
  );
  const ofServer = serverDirectories(layout, inUse).flatMap(storesIn);
  if (problem === undefined) return [...ofServer, ...ofAgents];

  // Said once of the directory of all agents, it need not be said of each.
  const { agentsDirectory } = layout;
  const above = unlisted({ directory: agentsDirectory, agentId: undefined, activity: inUse }, problem);
  const below = ({ kind, path }: StoreFile): boolean =>
    kind === "directory" && path.startsWith(join(agentsDirectory, sep));
  return [...ofServer, above, ...ofAgents.filter((file) => !below(file))];
}

/** The directories of the config and of the `.env` files, each real directory once. */
function serverDirectories({ configFile, environmentFiles }: Layout, activity: Activity): StoreDirectory[] {
  const files = [
    [configFile, "config"] as const,
    ...environmentFiles.map((path) => [path, "environment"] as const),
  ];
  const byRealPath = new Map<string, StoreDirectory>();
  for (const [path, kind] of files) {
    const real = realPath(dirname(path));
    const found = byRealPath.get(real) ?? {
      directory: dirname(path),
      stores: [],
      agentId: undefined,
      activity,
    };
    byRealPath.set(real, { ...found, stores: [...found.stores, [basename(path), kind]] });
  }
  return [...byRealPath.values()];
}

/** The stores of one directory and the leftovers beside them, in order of their names. */
function storesIn(owner: StoreDirectory): StoreFile[] {
  const { directory, stores, agentId, activity } = owner;
  const { entries, problem } = listDirectory(directory);
  // A directory that may be entered and not listed still has stores that can be reached by name.
  const names = problem === undefined ? entries.map(({ name }) => name) : reachable(directory, stores);
  const files = names.flatMap((name): StoreFile[] => {
    const own = stores.find(([store]) => store === name);
    const [, kind] = own ?? stores.find(([store]) => isLeftover(name, store)) ?? [];
    if (kind === undefined) return [];
    return [{ kind, path: join(directory, name), agentId, activity, leftover: own === undefined }];
  });
  return problem === undefined ? files : [unlisted(owner, problem), ...files];
}

function unlisted(
  { directory, agentId, activity }: Omit<StoreDirectory, "stores">,
  problem: string,
): StoreFile {
  return { kind: "directory", path: directory, agentId, activity, leftover: false, problem };
}

function reachable(directory: string, stores: StoreDirectory["stores"]): readonly string[] {
  return stores.map(([name]) => name).filter((name) => exists(join(directory, name)));
}

function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

const leftoverEnding = /\.(bak|tmp)|\.(old|orig)$|~$|\.clobbered\./;

/** Whether a file's name is that of an old copy of a store: `Durar.json.bak`, `.Durar.json.tmp-1`, `Durar.bak.json`. */
export function isLeftover(name: string, store: string): boolean {
  const stem = basename(store, extname(store));
  const follows = (start: string): boolean =>
    name.startsWith(start) && leftoverEnding.test(name.slice(start.length));
  return follows(store) || follows(`.${store}`) || (name.startsWith(`${stem}.`) && follows(stem));
}
