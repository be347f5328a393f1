import type { Paint, Severity } from "@durar/audit";
import { printable } from "@durar/secretref-schema";

/** The codes of what `durar security audit` and `durar doctor` find, and when each is given. The set is closed. */
export const DIAGNOSIS_CODES = Object.freeze({
  AUTH_MISSING: "the gateway listens on TCP and asks for no credential",
  AUTH_UNAVAILABLE: "a credential of the gateway's is configured and cannot be had in this command path",
  BIND_EXPOSED: "other machines can reach the gateway, over plain HTTP",
  PATH_OPEN: "others can read a file or enter a directory of the installation",
  PATH_WRITABLE: "others can change a file or a directory of the installation",
  PATH_OWNER: "a file or directory of the installation belongs to another user",
  PATH_UNREADABLE: "a file or directory of the installation cannot be examined",
  PROVIDER_UNTRUSTED: "a provider's settings or paths do not pass its own checks",
  PROVIDER_UNCHECKED: "a provider is told to skip the checks of its paths",
  CONFIG_INVALID: "the configuration or a store would keep a server from starting",
  CONFIG_NOT_IN_FORCE: "the configuration on disk is not what the running gateway has in force",
  COMMIT_INTERRUPTED: "a change over several files was interrupted",
  GATEWAY_NOT_REACHED: "no gateway answers",
  GATEWAY_DEGRADED: "the gateway could not take over what is on disk and keeps the last good secrets",
  LAYOUT_AMBIGUOUS: "the state directory holds the configurations of two layouts",
  SECRET_UNAVAILABLE: "a ref that is in use does not resolve in this command path",
  SOCKET_DEAD: "a socket is left of a gateway that is gone",
  SOCKET_BLOCKED: "something that is no socket stands where the gateway's belongs",
  STATE_DIRECTORY_MISSING: "the state directory does not exist",
  VARIABLE_ABSENT: "the gateway has a variable that this shell does not have",
  VARIABLE_DIFFERS: "a variable has another value in this shell than in the gateway",
} as const);

export type DiagnosisCode = keyof typeof DIAGNOSIS_CODES;

/** One thing that is not as it should be. Holds no value. */
export interface Diagnosis {
  readonly code: DiagnosisCode;
  readonly severity: Severity;
  /** The file, directory or path of the configuration it is about. */
  readonly where: string;
  readonly message: string;
  readonly hint: string;
}

/** Something to be said, its texts safe to print. */
export function diagnosis(
  severity: Severity,
  code: DiagnosisCode,
  { where, message, hint }: Pick<Diagnosis, "where" | "message" | "hint">,
): Diagnosis {
  return { code, severity, where: printable(where), message: printable(message), hint: printable(hint) };
}

const colours = { info: "cyan", warn: "yellow", error: "red" } as const;
const order: readonly Severity[] = ["error", "warn", "info"];

/** The worst first; what is equally bad, in the order in which it was found. */
export function bySeverity(found: readonly Diagnosis[]): readonly Diagnosis[] {
  return order.flatMap((severity) => found.filter((one) => one.severity === severity));
}

/** Each finding on a line, with what to do about it below. */
export function diagnosisLines(found: readonly Diagnosis[], paint: Paint): string {
  return found
    .map(({ severity, code, where, message, hint }) => {
      const line = `  ${paint(colours[severity], severity.padEnd(5))}  ${code}  ${where}: ${message}\n`;
      return `${line}         -> ${hint}\n`;
    })
    .join("");
}

/** How many findings of each severity, `2 errors, 1 warning`; `nothing` where there is none. */
export function countsOf(found: readonly Diagnosis[]): string {
  const names = { error: "error", warn: "warning", info: "note" } as const;
  const counts = order.flatMap((severity) => {
    const { length } = found.filter((one) => one.severity === severity);
    return length === 0 ? [] : [`${length} ${names[severity]}${length === 1 ? "" : "s"}`];
  });
  return counts.length === 0 ? "nothing" : counts.join(", ");
}
