import { isAbsolute, join, parse, sep } from "node:path";
import { missing, notADirectory, symlink, tooManyLinks, unreadable } from "./refusals.ts";
import { judgeDirectory, judgeEntry, type Component, type Judge } from "./rules.ts";
import type { System } from "./system.ts";
import type { TrustRefusal } from "./types.ts";

/** As many as Linux follows. */
const linkLimit = 40;

/** The link that Kubernetes swaps when a mounted secret changes. */
const kubernetesData = "..data";

/** How one walk is made. */
export interface Walk {
  readonly system: System;
  readonly judge: Judge;
  readonly allowSymlink: boolean;
  readonly signal: AbortSignal | undefined;
  /** Collects every `..data` link that was followed, and where it led. */
  readonly swappable: Map<string, string>;
}

/**
 * Goes from the root to where the path really leads, link by link, and judges each directory it passes through.
 * @returns what was reached, itself not yet judged, or the first refusal
 */
export async function walk(path: string, options: Walk): Promise<Component | TrustRefusal> {
  const { system, judge, swappable } = options;
  const pending = segments(path).reverse();
  const first = await examine(parse(path).root, options);
  if ("trusted" in first) return first;
  let reached = [first];
  let links = 0;
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const directory = reached.at(-1)!;
    if (!directory.stats.isDirectory()) return notADirectory(directory.path);
    const refused = judgeDirectory(directory, judge);
    if (refused !== undefined) return refused;
    if (name === "..") {
      if (reached.length > 1) reached.pop();
      continue;
    }
    const entry = await examine(join(directory.path, name), options);
    if ("trusted" in entry) return entry;
    const foreign = judgeEntry(directory, entry, judge);
    if (foreign !== undefined) return foreign;
    if (!entry.stats.isSymbolicLink()) {
      reached.push(entry);
      continue;
    }
    if ((pending.length === 0 || name === kubernetesData) && !options.allowSymlink)
      return symlink(entry.path, judge.purpose);
    links += 1;
    if (links > linkLimit) return tooManyLinks(entry.path, linkLimit);
    const target = await attempt(entry.path, options, () => system.readlink(entry.path));
    if (typeof target !== "string") return target;
    if (name === kubernetesData) swappable.set(entry.path, target);
    if (isAbsolute(target)) {
      // On Windows it may be the root of another drive.
      const top = await examine(parse(target).root, options);
      if ("trusted" in top) return top;
      reached = [top];
    }
    pending.push(...segments(target).reverse());
  }
  return reached.at(-1)!;
}

/** The names in a path, less its root. */
function segments(path: string): string[] {
  return path
    .slice(parse(path).root.length)
    .split(sep === "/" ? "/" : /[\\/]/)
    .filter((name) => name !== "" && name !== ".");
}

async function examine(path: string, options: Walk): Promise<Component | TrustRefusal> {
  const stats = await attempt(path, options, () => options.system.lstat(path));
  return "trusted" in stats ? stats : { path, stats };
}

async function attempt<Result>(
  path: string,
  { system, signal }: Walk,
  call: () => Promise<Result>,
): Promise<Result | TrustRefusal> {
  signal?.throwIfAborted();
  try {
    return await call();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? missing(path) : unreadable(path, code, system.userId());
  }
}
