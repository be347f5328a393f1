import { isRecord, off, on, valueAt, type Activity, type SurfaceContext } from "@durar/credential-surface";
import { parseSecretInput } from "@durar/secretref-schema";
import { firstSet, type Layout } from "./layout.ts";

/** The four fields that the gateway's own authentication decides about. */
export const GATEWAY_AUTH_PATHS = Object.freeze([
  "gateway.auth.token",
  "gateway.auth.password",
  "gateway.remote.token",
  "gateway.remote.password",
] as const);

export type GatewayAuthPath = (typeof GATEWAY_AUTH_PATHS)[number];

type GatewayVariables = Pick<Layout, "gatewayTokenVariables" | "gatewayPasswordVariables">;

/** Which of the gateway's four credentials are in use, and why. One truth table over mode, variables and remote settings. */
export function gatewayAuthActivity(
  { config, environment }: Pick<SurfaceContext, "config" | "environment">,
  variables: GatewayVariables,
): Readonly<Record<GatewayAuthPath, Activity>> {
  const mode = valueAt(config, ["gateway", "auth", "mode"]);
  const modeText =
    mode === undefined ? "gateway.auth.mode is not set" : `gateway.auth.mode is ${describe(mode)}`;
  const tokenName = nameSet(variables.gatewayTokenVariables, environment);
  const passwordName = nameSet(variables.gatewayPasswordVariables, environment);
  const authToken = isConfigured(config, "token");
  const authPassword = isConfigured(config, "password");
  const remote = remoteSurface(config);

  const tokenAllowed = mode === "token" || mode === undefined;
  const anyToken = tokenName !== undefined || authToken;
  const passwordAllowed = mode === "password" || (mode === undefined && !anyToken);

  const token = (): Activity => {
    if (!tokenAllowed) return off(modeText);
    if (tokenName !== undefined) return off(`${tokenName} is set and wins`);
    if (mode === "token") return on(modeText);
    if (passwordName !== undefined) return off(`${passwordName} is set, and ${modeText}`);
    if (authPassword) return off(`gateway.auth.password is configured, and ${modeText}`);
    return on(`${modeText}, and no password is configured`);
  };
  const password = (): Activity => {
    if (!passwordAllowed)
      return off(mode === undefined ? `a token is configured, and ${modeText}` : modeText);
    if (passwordName !== undefined) return off(`${passwordName} is set and wins`);
    return on(mode === undefined ? `${modeText}, and no token is configured` : modeText);
  };
  const remoteToken = (): Activity => {
    if (remote !== undefined) return on(remote);
    if (!tokenAllowed) return off(`${modeText}, and no remote gateway is configured`);
    if (tokenName !== undefined) return off(`${tokenName} is set, and no remote gateway is configured`);
    if (authToken) return off("gateway.auth.token is configured, and no remote gateway is");
    return on("token auth can win, and no other token is configured");
  };
  const remotePassword = (): Activity => {
    if (remote !== undefined) return on(remote);
    if (!passwordAllowed)
      return off(
        `${mode === undefined ? "a token is configured" : modeText}, and no remote gateway is configured`,
      );
    if (passwordName !== undefined) return off(`${passwordName} is set, and no remote gateway is configured`);
    if (authPassword) return off("gateway.auth.password is configured, and no remote gateway is");
    return on("password auth can win, and no other password is configured");
  };
  return {
    "gateway.auth.token": token(),
    "gateway.auth.password": password(),
    "gateway.remote.token": remoteToken(),
    "gateway.remote.password": remotePassword(),
  };
}

/** Whether `gateway.auth.token` or `.password` holds anything: plaintext, a ref, a template, or a broken ref. */
function isConfigured(config: unknown, field: "token" | "password"): boolean {
  const { kind } = parseSecretInput(valueAt(config, ["gateway", "auth", field]));
  return kind !== "absent" && kind !== "empty";
}

/** Why this machine uses a remote gateway, or `undefined` where it does not. */
function remoteSurface(config: unknown): string | undefined {
  if (valueAt(config, ["gateway", "mode"]) === "remote") return "gateway.mode is remote";
  const url = valueAt(config, ["gateway", "remote", "url"]);
  if (typeof url === "string" && url.trim() !== "") return "gateway.remote.url is configured";
  const tailscale = valueAt(config, ["gateway", "tailscale", "mode"]);
  if (tailscale === "serve" || tailscale === "funnel") return `gateway.tailscale.mode is ${tailscale}`;
  return undefined;
}

/** Both credentials configured and no mode to choose between them: nobody can tell which is meant. */
export function isAmbiguousGatewayAuth(config: unknown): boolean {
  const auth = valueAt(config, ["gateway", "auth"]);
  return (
    isRecord(auth) &&
    auth["mode"] === undefined &&
    isConfigured(config, "token") &&
    isConfigured(config, "password")
  );
}

function nameSet(names: readonly string[], environment: SurfaceContext["environment"]): string | undefined {
  return names.find((name) => firstSet([name], environment) !== undefined);
}

function describe(mode: unknown): string {
  return ["token", "password", "none", "trusted-proxy"].includes(mode as string)
    ? (mode as string)
    : "not a known mode";
}
