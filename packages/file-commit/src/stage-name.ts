import { basename, dirname, join } from "node:path";
import { isTransaction } from "./transaction.ts";

function start(realPath: string): string {
  return `.${basename(realPath)}.tmp-durar-`;
}

/**
 * Where a transaction puts the new content of a file: beside it, under the name of a hidden leftover that
 * `durar secrets audit` knows.
 */
export function stagePath(realPath: string, transaction: string): string {
  return join(dirname(realPath), `${start(realPath)}${transaction}`);
}

/** Whether a name in the file's directory is that of a stage of just this file. */
export function isStageOf(realPath: string, name: string): boolean {
  return name.startsWith(start(realPath)) && isTransaction(name.slice(start(realPath).length));
}
