import type { AuditContext } from "./context.ts";
import type { EnvRefs } from "./env-refs.ts";
import { leftoverHint } from "./leftover-hint.ts";
import type { LoadedEnvFile } from "./load-store.ts";
import { plaintextIn } from "./plaintext.ts";

/**
 * Reports the entries of `.env` files, given in order of precedence, that hold a secret. A name that an earlier file
 * provides is not read from a later one.
 */
export function findInEnvFiles(
  envFiles: readonly LoadedEnvFile[],
  refs: EnvRefs,
  context: AuditContext,
): void {
  const provided = new Set<string>();
  for (const env of envFiles) {
    findInEnvFile(env, refs, provided, context);
    if (env.store.leftover === true) continue;
    for (const [name, value] of Object.entries(env.file.toRecord()))
      if (value.trim() !== "") provided.add(name);
  }
}

/**
 * Reports entries that hold a secret, told by their names. The one that a live ref reads is information: this is its
 * rightful source. The one is the last with its name, in the first file that has it.
 *
 * @param elsewhere names that a file with precedence over this one provides
 */
function findInEnvFile(
  { store, file }: LoadedEnvFile,
  refs: EnvRefs,
  elsewhere: ReadonlySet<string>,
  { names, findings, known }: AuditContext,
): void {
  const reported = new Set<string>();
  // Backwards: of entries with one name the last counts, and bears the id without a number.
  for (const { name, value, line, column } of file.entries.toReversed()) {
    if (!names.isSecretVariable(name) && !refs.named.has(name)) continue;
    const isLast = !reported.has(name);
    reported.add(name);
    if (plaintextIn(name, value, names) === undefined) continue;
    known.add(value);
    const isSource = refs.live.has(name) && isLast && !elsewhere.has(name) && store.leftover !== true;
    findings.add({
      code: "PLAINTEXT_FOUND",
      severity: isSource ? "info" : "warn",
      store,
      path: name,
      line,
      column,
      message: isSource ? "plaintext credential that an env ref reads from here" : "plaintext credential",
      hint: leftoverHint(store) ?? (isSource ? sourceHint : otherHint),
    });
  }
}

const sourceHint = "nothing to do; move it to a vault if this file must hold no secret";
const otherHint = "remove the line if nothing needs it, or let a ref read it";
