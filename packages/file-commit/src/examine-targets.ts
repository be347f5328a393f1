import type { BigIntStats } from "node:fs";
import { lstat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { commitError } from "./errors.ts";
import { examineTarget, MOUNTED } from "./examine-target.ts";
import { unkeepable } from "./keep-owner.ts";
import { examineProcess, ownUser } from "./may-own.ts";
import { readMountPoints } from "./mount-points.ts";
import { attempt } from "./system-error.ts";

/** Looks at a file that shall be replaced. @throws COMMIT_REFUSED where it could not be and stay what it is */
export type Examine = (realPath: string) => Promise<void>;

/** Makes a look that also sees mount points and owners, which {@link examineTarget} leaves to the attempt. */
export async function createExamination(): Promise<Examine> {
  const [mounts, mayOwn] = [await readMountPoints(), await examineProcess()];
  return async (realPath) => {
    const stats = await examineTarget(realPath);
    const [mounted, hint] = MOUNTED;
    if (mounts.has(realPath)) throw commitError("COMMIT_REFUSED", `${realPath} ${mounted}`, { hint });
    if (stats === undefined) return;
    if (!mayOwn(stats, await directoryOf(realPath)))
      throw unkeepable(realPath, stats, { uid: ownUser(), gid: BigInt(process.getegid?.() ?? -1) });
  };
}

/** Makes a look at several files, one after the other, that also sees when one is named twice. */
export async function createExaminationOfMany(): Promise<Examine> {
  const examine = await createExamination();
  const seen = new Map<string, string>();
  return async (realPath) => {
    // By the directory, which may be mounted in two places.
    const { dev, ino } = await directoryOf(realPath);
    const place = `${dev}:${ino}:${basename(realPath)}`;
    const twin = seen.get(place);
    seen.set(place, realPath);
    if (twin !== undefined)
      throw commitError("COMMIT_REFUSED", `there are two changes of ${realPath}${also(twin, realPath)}`, {
        hint: "make one change of the two",
      });
    await examine(realPath);
  };
}

function also(twin: string, realPath: string): string {
  return twin === realPath ? "" : `, which is also ${twin}`;
}

function directoryOf(realPath: string): Promise<BigIntStats> {
  return attempt(`the directory of ${realPath} cannot be examined`, () =>
    lstat(dirname(realPath), { bigint: true }),
  );
}
