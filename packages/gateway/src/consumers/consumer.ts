import type { Layout } from "@durar/durar-config";
import type { Environment } from "@durar/secretref-schema";
import type { Change, Snapshot } from "@durar/snapshot";
import type { RpcMethods } from "../server/rpc-method.ts";

/** Something that uses secrets while the gateway runs. It is inert until a gateway is started with it. */
export interface GatewayConsumer {
  /** What the log calls it. */
  readonly name: string;
  /** Paths of the configuration that it reads, as patterns; a change above or below one of them counts. */
  readonly patterns: readonly string[];
  /** Makes one for a gateway, inert too. */
  create(context: ConsumerContext): RunningConsumer;
}

/** What a consumer sees of its gateway. */
export interface ConsumerContext {
  readonly layout: Layout;
  /** The process's own environment. */
  readonly environment: Environment;
  /** What is in force; to be asked for at each use. */
  readonly snapshot: () => Snapshot;
  readonly log: ConsumerLog;
}

/** Writes a line to the gateway's log. Neither fields nor message may hold a secret, or text of another program. */
export type ConsumerLog = (
  level: "info" | "warn" | "error",
  fields: { readonly code: string } & Readonly<Record<string, unknown>>,
  message: string,
) => void;

/** A consumer at work for one gateway. */
export interface RunningConsumer {
  /** What it answers over RPC. None is called before it is started, and told of the first activation. */
  readonly methods: RpcMethods;
  /**
   * Called once, when the gateway is the only one of its state directory and its secrets are in force, and before it
   * serves: removes what one that was killed has left. What it throws keeps the gateway from starting.
   */
  start?(): Promise<void>;
  /**
   * Told of the first activation once it is started, and then of each publish that changed a value of its own; one at a
   * time. What it throws is withheld.
   */
  changed?(change: Change): Promise<void> | void;
  /** Ends everything it has started, within 5 s, and removes everything it has written. */
  close?(): Promise<void>;
}
