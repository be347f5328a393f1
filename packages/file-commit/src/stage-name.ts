import { randomBytes } from "node:crypto";
import { basename, dirname, join } from "node:path";

const identifier = /^[0-9a-f]{16}$/;

function start(realPath: string): string {
  return `.${basename(realPath)}.tmp-durar-`;
}

/** A fresh path beside a file, for its new content: the name of a hidden leftover that `durar secrets audit` knows. */
export function stagePath(realPath: string): string {
  return join(dirname(realPath), `${start(realPath)}${randomBytes(8).toString("hex")}`);
}

/** Whether a name in the file's directory is that of a stage of just this file. */
export function isStageOf(realPath: string, name: string): boolean {
  return name.startsWith(start(realPath)) && identifier.test(name.slice(start(realPath).length));
}
