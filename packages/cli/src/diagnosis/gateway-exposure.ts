import { valueAt } from "@durar/credential-surface";
import type { Layout } from "@durar/durar-config";
import { UNAVAILABLE } from "../command-paths/target-lines.ts";
import type { LocalInputs, TargetsReport } from "../command-paths/types.ts";
import { diagnosis, type Diagnosis } from "./diagnosis.ts";

/** Where a gateway listens on TCP besides its socket. */
interface Tcp {
  readonly host: string;
  readonly port: number;
}

/**
 * Who can reach the gateway of a configuration, and with what credential.
 *
 * @param running where the running gateway listens, which may be told by a flag of its own
 */
export function exposureProblems(
  { config, environment }: LocalInputs,
  layout: Layout,
  report: TargetsReport,
  running: Tcp | undefined,
): readonly Diagnosis[] {
  const port = valueAt(config, ["gateway", "port"]);
  const configured = typeof port === "number";
  const found: Diagnosis[] = report.targets
    .filter(({ state }) => state === "unresolved")
    .map(({ path, code = "", hint = "" }) =>
      diagnosis("warn", "AUTH_UNAVAILABLE", { where: path, message: `${UNAVAILABLE} [${code}]`, hint }),
    );
  if (!configured && running === undefined) return found;

  const bind = valueAt(config, ["gateway", "bind"]) ?? "loopback";
  const hosts = [
    ...(configured && typeof bind === "string" ? [bind] : []),
    ...(running ? [running.host] : []),
  ];
  if (hosts.some((host) => !isLoopback(host)))
    found.push(
      diagnosis("warn", "BIND_EXPOSED", {
        where: "gateway.bind",
        message: "other machines can reach the gateway, over plain HTTP",
        hint: "bind it to loopback, and put a tunnel or a proxy with TLS in front of it",
      }),
    );
  const mode = valueAt(config, ["gateway", "auth", "mode"]);
  // One that runs on TCP has its credential, in a variable of its own where this shell knows of none.
  const isAsked = running !== undefined || hasCredential(config, layout, environment, report);
  if (mode === "none" || !isAsked)
    found.push(
      diagnosis("error", "AUTH_MISSING", {
        where: "gateway.auth",
        message: "the gateway listens on TCP and asks for no credential",
        hint: "set gateway.auth.token, as a ref, or leave gateway.port out",
      }),
    );
  return found;
}

/** Whether a token or a password is asked for: in a field that is in use, or in the gateway's own variables. */
function hasCredential(
  config: unknown,
  { gatewayTokenVariables, gatewayPasswordVariables }: Layout,
  environment: LocalInputs["environment"],
  { targets }: TargetsReport,
): boolean {
  const has = (field: string, variables: readonly string[]): boolean =>
    targets.some(({ path, state }) => path === `gateway.auth.${field}` && state !== "inactive_surface") ||
    variables.some((name) => (environment[name] ?? "").trim() !== "");
  const hasToken = has("token", gatewayTokenVariables);
  const hasPassword = has("password", gatewayPasswordVariables);
  const mode = valueAt(config, ["gateway", "auth", "mode"]);
  if (mode === "token") return hasToken;
  return mode === "password" ? hasPassword : hasToken || hasPassword;
}

function isLoopback(host: string): boolean {
  return host === "loopback" || host === "::1" || host.startsWith("127.");
}
