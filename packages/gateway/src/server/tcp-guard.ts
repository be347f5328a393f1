import { valueAt } from "@durar/credential-surface";
import type { Layout } from "@durar/durar-config";
import type { Snapshot } from "@durar/snapshot";
import { acceptedCredential } from "./accepted-credential.ts";
import { refuseOrigin } from "./check-origin.ts";
import type { FailedAttempts } from "./failed-attempts.ts";
import { sameCredential } from "./same-credential.ts";

/** What a request over TCP brings, as far as it decides whether it is served. */
export interface TcpRequest {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly authorization: string | undefined;
  readonly localAddress: string | undefined;
  readonly remoteAddress: string | undefined;
  /** `open` is served to everyone; `limited` also where no credential is accepted, as far as {@link TcpGuard.isLimited} says. */
  readonly access: "open" | "limited" | "full";
}

/** Why a request is not served. */
export interface Refusal {
  readonly status: 401 | 403 | 429;
  readonly reason: string;
  readonly retryAfterSeconds?: number;
}

/** Decides, for each request over TCP, whether it is served. What is accepted is read from the snapshot in force. */
export class TcpGuard {
  readonly #boundHost: string;
  readonly #layout: Layout;
  readonly #snapshot: () => Snapshot;
  readonly #failures: FailedAttempts;

  constructor(boundHost: string, layout: Layout, snapshot: () => Snapshot, failures: FailedAttempts) {
    this.#boundHost = boundHost;
    this.#layout = layout;
    this.#snapshot = snapshot;
    this.#failures = failures;
  }

  /** @returns why it is refused, or `undefined` */
  refuse(request: TcpRequest): Refusal | undefined {
    const snapshot = this.#snapshot();
    const foreign = refuseOrigin(request, this.#boundHost, allowedHosts(snapshot.config));
    if (foreign !== undefined) return { status: 403, reason: foreign };
    if (request.access === "open") return undefined;
    const accepted = acceptedCredential(snapshot, this.#layout);
    if (accepted.kind === "none")
      return request.access === "limited"
        ? undefined
        : { status: 403, reason: "gateway.auth.mode is none: TCP serves health and status only" };

    const { remoteAddress = "" } = request;
    const blockedMs = this.#failures.blockedFor(remoteAddress);
    if (blockedMs > 0) {
      const retryAfterSeconds = Math.ceil(blockedMs / 1000);
      return { status: 429, reason: "too many failed attempts", retryAfterSeconds };
    }
    const given = bearerOf(request.authorization);
    if (this.accepts(given)) return undefined;
    // A request that brings nothing guesses nothing.
    if (given !== undefined) this.#failures.add(remoteAddress);
    return { status: 401, reason: "a bearer token or password is required" };
  }

  /** Whether no credential is accepted: of the methods only `secrets.status` is served. */
  get isLimited(): boolean {
    return acceptedCredential(this.#snapshot(), this.#layout).kind === "none";
  }

  /** Whether a credential is the one that is in force now. */
  accepts(given: string | undefined): boolean {
    const accepted = acceptedCredential(this.#snapshot(), this.#layout);
    return accepted.kind === "secret" && given !== undefined && sameCredential(given, accepted.value);
  }
}

/** The credential in an Authorization header (RFC 6750); `undefined` for any other scheme. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +(.+)$/i.exec(authorization ?? "")?.[1];
}

function allowedHosts(config: unknown): readonly string[] {
  const hosts = valueAt(config, ["gateway", "allowedHosts"]);
  return Array.isArray(hosts) ? hosts.filter((host) => typeof host === "string") : [];
}
