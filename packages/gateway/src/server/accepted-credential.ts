import { valueAt } from "@durar/credential-surface";
import type { Layout } from "@durar/durar-config";
import type { Snapshot } from "@durar/snapshot";
import { gatewayError } from "../errors.ts";
import { isLoopback, type TcpAddress } from "../inputs/listen-settings.ts";

/** What a request over TCP must bring. */
export type AcceptedCredential =
  | { readonly kind: "secret"; readonly value: string }
  /** Nothing is accepted: only health and status are served. */
  | { readonly kind: "none" }
  /** Nothing is configured, so TCP cannot be served. */
  | { readonly kind: "missing" }
  | { readonly kind: "unsupported"; readonly mode: string };

/**
 * What the server accepts, read from the snapshot in force: in mode `token` the token variable, else
 * `gateway.auth.token`; in mode `password` likewise; without a mode a configured token, else a configured password.
 */
export function acceptedCredential(snapshot: Snapshot, layout: Layout): AcceptedCredential {
  const mode = valueAt(snapshot.config, ["gateway", "auth", "mode"]);
  const token = (): string | undefined =>
    variable(snapshot, layout.gatewayTokenVariables) ?? text(snapshot.read("gateway.auth.token")?.reveal());
  const password = (): string | undefined =>
    variable(snapshot, layout.gatewayPasswordVariables) ??
    text(snapshot.read("gateway.auth.password")?.reveal());
  switch (mode) {
    case "none":
      return { kind: "none" };
    case "token":
      return secret(token());
    case "password":
      return secret(password());
    case undefined:
      return secret(token() ?? password());
    default:
      return { kind: "unsupported", mode: mode === "trusted-proxy" ? mode : "not a known mode" };
  }
}

/**
 * Whether TCP may be served with what a snapshot holds. Without TCP everything may: the socket needs no credential.
 *
 * @throws DurarError `GATEWAY_AUTH_REQUIRED`, `GATEWAY_AUTH_UNSUPPORTED`
 */
export function checkTcpCredential(
  snapshot: Snapshot,
  layout: Layout,
  address: TcpAddress | undefined,
): void {
  if (address === undefined) return;
  const accepted = acceptedCredential(snapshot, layout);
  const paths = ["gateway.auth.mode"];
  if (accepted.kind === "unsupported")
    throw gatewayError("GATEWAY_AUTH_UNSUPPORTED", `gateway.auth.mode ${accepted.mode} is not supported`, {
      paths,
    });
  if (accepted.kind === "missing")
    throw gatewayError(
      "GATEWAY_AUTH_REQUIRED",
      "TCP is on, and neither a token nor a password is configured",
      {
        paths: ["gateway.auth.token", "gateway.auth.password"],
      },
    );
  if (accepted.kind === "none" && !isLoopback(address.host))
    throw gatewayError("GATEWAY_AUTH_UNSUPPORTED", "gateway.auth.mode none is served on loopback only", {
      paths,
    });
}

function secret(value: string | undefined): AcceptedCredential {
  return value === undefined ? { kind: "missing" } : { kind: "secret", value };
}

function variable({ environment }: Snapshot, names: readonly string[]): string | undefined {
  return names.map((name) => text(environment?.[name])).find((value) => value !== undefined);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}
