import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import { createExaminationOfMany } from "./examine-targets.ts";
import { forEveryItem } from "./report-together.ts";
import { resolvePath } from "./resolve-path.ts";
import { attempt } from "./system-error.ts";

/**
 * Looks whether files could be replaced or created and stay what they are, as a dry run does: changes nothing and takes
 * no lock. What it finds nothing against may still be refused by then.
 *
 * @throws COMMIT_REFUSED or COMMIT_FAILED with everything that speaks against it, in the words of `commitFiles`
 */
export async function examineFiles(paths: readonly string[]): Promise<void> {
  const examine = await createExaminationOfMany();
  await forEveryItem(paths, async (path) => {
    const realPath = await resolvePath(path);
    await examine(realPath);
    await attempt(`nothing can be written beside ${realPath}`, () =>
      access(dirname(realPath), constants.W_OK | constants.X_OK),
    );
  });
}
