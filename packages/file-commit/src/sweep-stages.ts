import { readdir, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isStageOf } from "./stage-name.ts";

/**
 * Removes the stages that killed processes left beside a file. Call it under the file's lock. Should a lock have been
 * taken over from a process that is only suspended, this also keeps that process from replacing the file later.
 * What cannot be listed or removed stays: in a shared directory anyone can leave a file of such a name.
 */
export async function sweepStages(realPath: string): Promise<void> {
  for (const stage of await findStages(realPath)) await unlink(stage).catch(() => undefined);
}

/** Whether a stage lies beside a file: of a commit that is going on, or left by a killed one. */
export async function hasStages(realPath: string): Promise<boolean> {
  return (await findStages(realPath)).length > 0;
}

async function findStages(realPath: string): Promise<readonly string[]> {
  const directory = dirname(realPath);
  const names = await readdir(directory).catch(() => []);
  return names.filter((name) => isStageOf(realPath, name)).map((name) => join(directory, name));
}
