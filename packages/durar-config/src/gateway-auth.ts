import { off, on, valueAt, type Activity, type SurfaceContext } from "@durar/credential-surface";
import { parseSecretInput } from "@durar/secretref-schema";
import { isBlank } from "./first-set.ts";
import type { Layout } from "./layout.ts";

/** The four fields that the gateway's own authentication decides about. */
export const GATEWAY_AUTH_PATHS = Object.freeze([
  "gateway.auth.token",
  "gateway.auth.password",
  "gateway.remote.token",
  "gateway.remote.password",
] as const);

export type GatewayAuthPath = (typeof GATEWAY_AUTH_PATHS)[number];

/** What `gateway.auth.mode` may be. */
export const GATEWAY_AUTH_MODES = Object.freeze(["token", "password", "none", "trusted-proxy"] as const);

type GatewayVariables = Pick<Layout, "gatewayTokenVariables" | "gatewayPasswordVariables">;

/** Which of the gateway's four credentials are in use, and why. One truth table over mode, variables and remote settings. */
export function gatewayAuthActivity(
  { config, environment }: Pick<SurfaceContext, "config" | "environment">,
  variables: GatewayVariables,
): Readonly<Record<GatewayAuthPath, Activity>> {
  const mode = valueAt(config, ["gateway", "auth", "mode"]);
  const modeIs =
    mode === undefined ? "gateway.auth.mode is not set" : `gateway.auth.mode is ${describe(mode)}`;

  // Each fact is the words that state it, or undefined where it does not hold.
  const envToken = variableSet(variables.gatewayTokenVariables, environment);
  const envPassword = variableSet(variables.gatewayPasswordVariables, environment);
  const anyToken = envToken ?? configured(config, "token");
  const anyPassword = envPassword ?? configured(config, "password");
  const remote = remoteSurface(config);

  const tokenRuledOut = mode === "token" || mode === undefined ? undefined : modeIs;
  const undecided = (other: string | undefined): string | undefined =>
    mode === undefined && other !== undefined ? `${other}, and ${modeIs}` : undefined;
  const passwordRuledOut = mode === "password" || mode === undefined ? undecided(anyToken) : modeIs;

  return {
    "gateway.auth.token": unless(
      mode === "token" ? modeIs : `${modeIs}, and no password is configured`,
      tokenRuledOut,
      wins(envToken),
      undecided(anyPassword),
    ),
    "gateway.auth.password": unless(
      mode === "password" ? modeIs : `${modeIs}, and no token is configured`,
      passwordRuledOut,
      wins(envPassword),
    ),
    "gateway.remote.token":
      remote === undefined
        ? unless(
            "token auth can win, and no other token is configured",
            local(tokenRuledOut),
            local(anyToken),
          )
        : on(remote),
    "gateway.remote.password":
      remote === undefined
        ? unless(
            "password auth can win, and no other password is configured",
            local(passwordRuledOut),
            local(anyPassword),
          )
        : on(remote),
  };
}

/** In use for this reason, unless one of the refusals holds: then the first of them says why not. */
function unless(reason: string, ...refusals: readonly (string | undefined)[]): Activity {
  const refusal = refusals.find((words) => words !== undefined);
  return refusal === undefined ? on(reason) : off(refusal);
}

function wins(fact: string | undefined): string | undefined {
  return fact === undefined ? undefined : `${fact} and wins`;
}

function local(fact: string | undefined): string | undefined {
  return fact === undefined ? undefined : `${fact}; no remote gateway is configured`;
}

/** That `gateway.auth.token` or `.password` holds anything: plaintext, a ref, a template, or a broken ref. */
function configured(config: unknown, field: "token" | "password"): string | undefined {
  const { kind } = parseSecretInput(valueAt(config, ["gateway", "auth", field]));
  return kind === "absent" || kind === "empty" ? undefined : `gateway.auth.${field} is configured`;
}

/** Why this machine uses a remote gateway, or `undefined` where it does not. */
function remoteSurface(config: unknown): string | undefined {
  if (valueAt(config, ["gateway", "mode"]) === "remote") return "gateway.mode is remote";
  if (!isBlank(valueAt(config, ["gateway", "remote", "url"]))) return "gateway.remote.url is configured";
  const tailscale = valueAt(config, ["gateway", "tailscale", "mode"]);
  if (tailscale === "serve" || tailscale === "funnel") return `gateway.tailscale.mode is ${tailscale}`;
  return undefined;
}

/** Both credentials configured and no mode to choose between them: nobody can tell which is meant. */
export function isAmbiguousGatewayAuth(config: unknown): boolean {
  return (
    valueAt(config, ["gateway", "auth", "mode"]) === undefined &&
    configured(config, "token") !== undefined &&
    configured(config, "password") !== undefined
  );
}

function variableSet(
  names: readonly string[],
  environment: SurfaceContext["environment"],
): string | undefined {
  const name = names.find((variable) => !isBlank(environment[variable]));
  return name === undefined ? undefined : `${name} is set`;
}

/** A mode that is no known one is not repeated: it may be anything, a misplaced password too. */
function describe(mode: unknown): string {
  return GATEWAY_AUTH_MODES.find((known) => known === mode) ?? "not a known mode";
}
