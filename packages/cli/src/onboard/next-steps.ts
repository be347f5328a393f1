import { printable } from "@durar/secretref-schema";
import type { GivenFlags, installationFlags } from "../command-line/flags.ts";
import type { ReloadOutcome } from "../gateway/reload-gateway.ts";

/** What the operator may want to run next, a line each; with the flags that say on which installation. */
export function nextSteps(
  { status }: ReloadOutcome,
  { config, "state-dir": stateDirectory, layout }: GivenFlags<typeof installationFlags>,
): string {
  const where = Object.entries({ config, "state-dir": stateDirectory, layout }).flatMap(([flag, value]) =>
    value === undefined ? [] : [` --${flag} ${quoted(value)}`],
  );
  const commands = [...(status === "not-running" ? ["gateway run"] : []), "secrets status"];
  return commands.map((command) => `next: durar ${command}${where.join("")}\n`).join("");
}

/** A word as a shell reads it. */
function quoted(word: string): string {
  const shown = printable(word);
  return /^[\w./~:@=+-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`;
}
