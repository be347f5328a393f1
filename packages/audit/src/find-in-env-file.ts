import { parseSecretInput } from "@durar/secretref-schema";
import type { FindingList } from "./finding-list.ts";
import type { LoadedEnvFile } from "./load-store.ts";
import type { NameRules } from "./types.ts";

/** What env refs read. */
export interface EnvRefs {
  /** Names that some ref names, in use or not. */
  readonly named: ReadonlySet<string>;
  /** Names that a ref in use reads. */
  readonly live: ReadonlySet<string>;
}

/**
 * Reports entries that hold a secret, told by their names. The one that a live ref reads is information: this is its
 * rightful source. The one is the last with its name, in the first file that has it.
 *
 * @param elsewhere names that a file with precedence over this one provides
 */
export function findInEnvFile(
  { store, file }: LoadedEnvFile,
  refs: EnvRefs,
  elsewhere: ReadonlySet<string>,
  names: NameRules,
  findings: FindingList,
): void {
  const last = new Map(file.entries.map((entry) => [entry.name, entry]));
  for (const entry of file.entries) {
    const { name, value, line, column } = entry;
    if (parseSecretInput(value).kind !== "plaintext" || names.isKeyMarker(value)) continue;
    if (!names.isSecretVariable(name) && !refs.named.has(name)) continue;
    const isSource =
      refs.live.has(name) && last.get(name) === entry && !elsewhere.has(name) && store.leftover !== true;
    findings.add({
      code: "PLAINTEXT_FOUND",
      severity: isSource ? "info" : "warn",
      store,
      path: name,
      line,
      column,
      message: isSource ? "plaintext credential that an env ref reads from here" : "plaintext credential",
      hint: hintFor(isSource, store.leftover === true),
    });
  }
}

function hintFor(isSource: boolean, leftover: boolean): string {
  if (leftover) return "delete this old copy once you have made sure that nothing reads it";
  return isSource
    ? "nothing to do; move it to a vault if this file must hold no secret"
    : "remove the line if nothing needs it, or let a ref read it";
}
