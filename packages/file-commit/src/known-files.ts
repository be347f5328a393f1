import { realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isDurarError } from "@durar/secretref-schema";
import { resolvePath } from "./resolve-path.ts";

/**
 * The real paths of the files that a commit may have touched. What leads nowhere, or through a link that cannot be
 * trusted, is none of them.
 */
export async function resolveKnownFiles(paths: readonly string[]): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (const path of paths) {
    const realPath = await resolvePath(path).catch((error: unknown) => {
      if (isDurarError(error)) return undefined;
      throw error;
    });
    if (realPath !== undefined) known.add(realPath);
  }
  return known;
}

/** Whether a path is one of these files by its real name: it leads through no link now. */
export async function isKnownFile(path: string, known: ReadonlySet<string>): Promise<boolean> {
  return known.has(path) && (await resolveKnownFiles([path])).has(path);
}

/**
 * Where stages of these files may lie: beside each, and beside a link in its place, which may have been the file itself
 * when it was staged.
 */
export async function placesOfStages(
  paths: readonly string[],
  known: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const places = new Set(known);
  for (const path of paths) {
    const directory = await realpath(dirname(path)).catch(() => undefined);
    if (directory !== undefined) places.add(join(directory, basename(path)));
  }
  return places;
}
