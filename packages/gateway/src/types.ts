import type { Layout } from "@durar/durar-config";
import type { SecretsStatus } from "@durar/gateway-client";
import type { Environment, SecretProvider } from "@durar/secretref-schema";
import type { Activation, RecoveryBounds } from "@durar/snapshot";
import type { DestinationStream } from "pino";
import type { GatewayConsumer } from "./consumers/consumer.ts";
import type { TcpAddress } from "./inputs/listen-settings.ts";

export interface GatewayOptions {
  /** Where the files of this gateway lie. */
  readonly layout: Layout;
  /** The process's own environment; the `.env` files are read afresh at each activation. */
  readonly environment: Environment;
  /** One for each source that may be resolved. */
  readonly providers: readonly SecretProvider[];
  /** What uses the secrets while it runs, such as `outboundMessages()`. @default none */
  readonly consumers?: readonly GatewayConsumer[] | undefined;
  /** Listens on this TCP port whatever `gateway.port` says; 0 picks a free one. */
  readonly port?: number | undefined;
  /** Where the log goes, a JSON object a line. */
  readonly log: DestinationStream;
  /** Stops a start that has not come to its end. */
  readonly signal?: AbortSignal | undefined;
  /** The time between attempts in the background; `false` for none. @default from 1 s to 15 min */
  readonly recovery?: RecoveryBounds | false | undefined;
  /** How watching goes about it. @default quiet for 300 ms, everything looked at every 30 s */
  readonly watching?: { readonly debounceMs?: number; readonly pollMs?: number } | undefined;
}

/** A gateway that runs. */
export interface Gateway {
  readonly socket: string;
  /** Where it listens on TCP; `undefined` where it does not. */
  readonly tcp: TcpAddress | undefined;
  status(): SecretsStatus;
  /** Activates what is on disk; see `SecretsManager.reload`. */
  reload(): Promise<Activation>;
  /** Takes no more requests, lets those that are being served end within 5 s, and stops. */
  close(): Promise<void>;
}
