import { isUtf8 } from "node:buffer";
import { resolve } from "node:path";
import { readTextFile } from "@durar/config-document";
import { Secret } from "@durar/secretref-schema";
import { CommandError } from "./command-error.ts";
import type { Surroundings } from "./console.ts";

/** Bytes, as the gateway takes them. */
const MAX_BYTES = 1024 * 1024;

/**
 * The content of a file that a flag names, `-` for standard input.
 *
 * @throws CommandError `FILE_UNREADABLE`, also for what is no UTF-8: it would be submitted as other characters
 */
export async function readInput(
  flag: string,
  file: string,
  { cwd, readStandardInput }: Surroundings,
): Promise<string> {
  if (file === "-" && readStandardInput !== undefined)
    return decoded(flag, await readStandardInput(MAX_BYTES).catch((error: unknown) => refused(flag, error)));
  const content = readTextFile(resolve(cwd, file), { maxBytes: MAX_BYTES });
  if (content.ok) return content.text;
  throw unreadable(flag, content.message);
}

/**
 * A secret from a file that a flag names, `-` for standard input, without the line break at its end.
 *
 * @throws CommandError `FILE_UNREADABLE`
 */
export async function readSecret(
  flag: string,
  file: string,
  surroundings: Surroundings,
): Promise<Secret<string>> {
  return new Secret((await readInput(flag, file, surroundings)).replace(/\r?\n$/, ""));
}

function decoded(flag: string, bytes: Uint8Array): string {
  if (bytes.length > MAX_BYTES) throw unreadable(flag, "it is larger than 1 MiB");
  if (!isUtf8(bytes)) throw unreadable(flag, "it is not valid UTF-8");
  return Buffer.from(bytes).toString();
}

/** A directory, or a terminal that is gone: the system says so. */
function refused(flag: string, error: unknown): never {
  const { syscall, code = "unknown" } = error as NodeJS.ErrnoException;
  throw syscall === undefined ? error : unreadable(flag, code);
}

function unreadable(flag: string, problem: string): CommandError {
  return new CommandError(
    "FILE_UNREADABLE",
    `the file of --${flag} cannot be read: ${problem}`,
    `check --${flag}`,
  );
}
