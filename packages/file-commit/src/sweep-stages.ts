import { readdir, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isStageOf } from "./stage-name.ts";

/**
 * Removes the stages that killed processes left beside a file. Call it under the file's lock. Should a lock have been
 * taken over from a process that is only suspended, this also keeps that process from replacing the file later.
 * What cannot be listed or removed stays: in a shared directory anyone can leave a file of such a name.
 */
export async function sweepStages(realPath: string): Promise<void> {
  const directory = dirname(realPath);
  const names = await readdir(directory).catch(() => []);
  for (const name of names)
    if (isStageOf(realPath, name)) await unlink(join(directory, name)).catch(() => undefined);
}
