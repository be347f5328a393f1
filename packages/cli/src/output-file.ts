import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { CommandError } from "./command-error.ts";

/** A file that a flag names, for something that the command writes. */
export interface OutputFile {
  readonly path: string;
  /** What it is called in messages: `baseline`, `plan`. */
  readonly what: string;
  /** The flag, without dashes. */
  readonly flag: string;
  /** Whether a file that is there is an older one of the same sort, and may be replaced. */
  readonly isOlder: (path: string) => boolean;
}

/**
 * Makes sure that something may be written to a place: nothing is there, or an older file of the same sort. A mistyped
 * path would otherwise replace whatever it names; a link is never followed.
 *
 * @throws CommandError `FILE_UNWRITABLE`
 */
export function checkOutput(file: OutputFile): void {
  const { path, what, isOlder } = file;
  const stats = attempt(file, () => lstatSync(path, { throwIfNoEntry: false }));
  if (stats === undefined) {
    attempt(file, () => statSync(dirname(path)));
    return;
  }
  if (!stats.isFile()) throw unwritable(file, "it exists and is no regular file");
  if (stats.size > 0 && !isOlder(path)) throw unwritable(file, `it exists and is no ${what}`);
}

/**
 * Writes it, replacing an older one whole, so that a reader never sees half of it.
 *
 * @param mode its permissions, whatever the umask and whatever an older one had. @default those of a new file
 * @throws CommandError `FILE_UNWRITABLE`
 */
export function writeOutput(file: OutputFile, text: string, mode = 0o666): void {
  checkOutput(file);
  const { path } = file;
  const stage = `${path}.${process.pid}.new`;
  attempt(file, () => {
    const descriptor = openSync(stage, "wx", mode);
    try {
      try {
        writeFileSync(descriptor, text);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      renameSync(stage, path);
    } finally {
      rmSync(stage, { force: true });
    }
  });
}

function attempt<Result>(file: OutputFile, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw unwritable(file, code === "ENOENT" ? "its directory does not exist" : code);
  }
}

function unwritable({ path, what, flag }: OutputFile, reason: string): CommandError {
  return new CommandError(
    "FILE_UNWRITABLE",
    `the ${what} ${path} cannot be written: ${reason}`,
    `check --${flag}`,
  );
}
