import { resolve } from "node:path";
import { readTextFile } from "@durar/config-document";
import { CommandError } from "./command-error.ts";
import type { Surroundings } from "./console.ts";

/** Bytes, as the gateway takes them. */
const MAX_BYTES = 1024 * 1024;

/**
 * The content of a file that a flag names, `-` for standard input.
 *
 * @throws CommandError `FILE_UNREADABLE`
 */
export function readInput(flag: string, file: string, { cwd, readStandardInput }: Surroundings): string {
  if (file === "-" && readStandardInput !== undefined) return readStandardInput();
  const content = readTextFile(resolve(cwd, file), { maxBytes: MAX_BYTES });
  if (content.ok) return content.text;
  throw new CommandError(
    "FILE_UNREADABLE",
    `the file of --${flag} cannot be read: ${content.message}`,
    `check --${flag}`,
  );
}
