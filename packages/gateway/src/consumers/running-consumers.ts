import type { ChangeListener, SecretsManager } from "@durar/snapshot";
import type { RpcMethod, RpcMethods } from "../server/rpc-method.ts";
import type { ConsumerContext, GatewayConsumer, RunningConsumer } from "./consumer.ts";

/** The consumers of one gateway. Until they are started, what is asked of them and what they are told waits. */
export class RunningConsumers {
  /** What they answer over RPC. */
  readonly methods: RpcMethods;
  readonly #running: readonly RunningConsumer[];
  readonly #started: Promise<void>;
  #isStarted: () => void = () => undefined;
  #isClosed = false;

  /** @param manager what tells them of changes */
  constructor(consumers: readonly GatewayConsumer[], context: ConsumerContext, manager: SecretsManager) {
    this.#started = new Promise((resolve) => (this.#isStarted = resolve));
    this.#running = consumers.map((consumer) => consumer.create(context));
    for (const [index, { name, patterns }] of consumers.entries())
      if (patterns.length > 0) manager.onChange(patterns, this.#listener(this.#running[index]), { name });
    this.methods = Object.fromEntries(
      this.#running.flatMap(({ methods }) =>
        Object.entries(methods).map(([name, method]) => [name, this.#onceStarted(method)]),
      ),
    );
  }

  /** Starts them one after the other. Rejects with what the first one that fails throws. */
  async start(): Promise<void> {
    for (const consumer of this.#running) await consumer.start?.();
    this.#isStarted();
  }

  /** Ends all of them, and rejects with nothing. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#isStarted();
    await Promise.allSettled(this.#running.map(async (consumer) => consumer.close?.()));
  }

  #listener(consumer: RunningConsumer | undefined): ChangeListener {
    return async (change) => {
      await this.#started;
      if (!this.#isClosed) await consumer?.changed?.(change);
    };
  }

  #onceStarted(method: RpcMethod): RpcMethod {
    return async (params, context) => {
      await this.#started;
      context.signal.throwIfAborted();
      return method(params, context);
    };
  }
}
