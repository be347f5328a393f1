import { isDurarError } from "@durar/secretref-schema";
import { look } from "./digest.ts";
import { commitError } from "./errors.ts";
import { createExamination, type Examine } from "./examine-targets.ts";
import type { Journal, JournaledFile } from "./journal.ts";
import { isKnownFile } from "./known-files.ts";
import { ownUser } from "./may-own.ts";
import { forEveryItem } from "./report-together.ts";
import { stagePath } from "./stage-name.ts";

/**
 * Sees that each file of a journal is one that a commit may have touched.
 *
 * @throws APPLY_RECOVERY_CONFLICT
 */
export async function verifyPaths({ files }: Journal, known: ReadonlySet<string>): Promise<void> {
  await forEveryItem(files, async ({ path }) => {
    if (!(await isKnownFile(path, known)))
      throw conflict(`the journal names ${path}, which is none of the files that a commit may touch`);
  });
}

/**
 * Sees that each file of a journal is as it was before the commit, with its new content staged beside it, or as it is
 * after it. Call it under the locks of all of them; it changes nothing.
 *
 * @throws APPLY_RECOVERY_CONFLICT, with all there is to say; COMMIT_FAILED
 */
export async function verifyStates(
  { transaction, files }: Journal,
  throwIfAborted: () => void,
): Promise<void> {
  const examine = await createExamination();
  await forEveryItem(files, async (file) => {
    throwIfAborted();
    await verifyState(file, stagePath(file.path, transaction), examine);
  });
}

async function verifyState(
  { path, before, after }: JournaledFile,
  stage: string,
  examine: Examine,
): Promise<void> {
  const { hash, stats } = await look(path);
  if (hash === after) return;
  if (hash !== before)
    throw conflict(`${path} ${describe(hash)}: it is neither as before the commit nor as after it`);
  await replaceable(path, examine);
  if (after === null) return;
  const staged = await look(stage);
  if (staged.hash === undefined || staged.hash === null)
    throw conflict(`${path} is as before the commit, and its stage ${stage} ${describe(staged.hash)}`);
  const { uid, nlink } = staged.stats;
  if (staged.hash !== after) throw conflict(`the stage ${stage} has another content than the commit wrote`);
  if (nlink !== 1n) throw conflict(`the stage ${stage} has ${nlink} hard links`);
  if (uid !== ownUser() && uid !== stats?.uid) throw conflict(`the stage ${stage} belongs to user ${uid}`);
}

async function replaceable(path: string, examine: Examine): Promise<void> {
  try {
    await examine(path);
  } catch (error) {
    if (!isDurarError(error) || error.code !== "COMMIT_REFUSED") throw error;
    throw commitError("APPLY_RECOVERY_CONFLICT", error.message, {
      hint: `mend it (${error.hint}), or compare the file by hand and abandon the commit (abandonCommit)`,
    });
  }
}

function describe(hash: string | null | undefined): string {
  if (hash === null) return "does not exist";
  return hash === undefined ? "is not a regular file" : "was changed";
}

function conflict(problem: string): Error {
  return commitError("APPLY_RECOVERY_CONFLICT", problem);
}
