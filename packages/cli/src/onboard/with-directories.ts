import { mkdir, rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import { printable } from "@durar/secretref-schema";
import { CommandError } from "../command-error.ts";

/**
 * Makes the directories that are missing, for this user alone (0700), and does what needs them. Where that fails, those that
 * were made are gone again.
 *
 * @param directories absolute paths
 * @throws CommandError `FILE_UNWRITABLE` for one that cannot be made
 */
export async function withDirectories<Result>(
  directories: readonly string[],
  act: () => Promise<Result>,
): Promise<Result> {
  const made: string[] = [];
  try {
    for (const directory of directories) made.push(...(await make(directory)));
    return await act();
  } catch (error) {
    // The innermost first; one that somebody has put something in by now stays.
    for (const directory of made.reverse()) await rmdir(directory).catch(() => undefined);
    throw error;
  }
}

/** The directories that did not exist, the outermost first. */
async function make(directory: string): Promise<readonly string[]> {
  try {
    const first = await mkdir(directory, { recursive: true, mode: 0o700 });
    if (first === undefined) return [];
    const made = [directory];
    for (let one = directory; one !== first;) made.push((one = dirname(one)));
    return made.reverse();
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new CommandError(
      "FILE_UNWRITABLE",
      `the directory ${printable(directory)} cannot be made: ${code}`,
      "check --state-dir and --config",
    );
  }
}
