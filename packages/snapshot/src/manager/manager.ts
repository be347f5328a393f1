import { snapshotError } from "../errors.ts";
import type { ChangeListener } from "../consumer.ts";
import type { ConsumerOptions } from "../consumers.ts";
import type { Inputs } from "../inputs.ts";
import type { Notice } from "../notices.ts";
import type { Snapshot } from "../snapshot.ts";
import type { Shell } from "./shell.ts";
import type {
  Activation,
  CallOptions,
  ManagerStatus,
  Rehearsal,
  ReloadOptions,
  SecretsManager,
  Submission,
} from "./types.ts";
import { activation, rehearsal } from "./waiter.ts";

/** What a program sees of a manager. */
export class Manager implements SecretsManager {
  readonly #shell: Shell;

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  get snapshot(): Snapshot {
    const { snapshot } = this.#shell;
    if (snapshot === undefined) throw snapshotError("SNAPSHOT_NOT_ACTIVE");
    return snapshot;
  }

  async start({ signal }: CallOptions = {}): Promise<Activation> {
    return activation(await this.#shell.request("start", "startup", signal));
  }

  async reload({ signal, trigger = "reload" }: ReloadOptions = {}): Promise<Activation> {
    return activation(await this.#shell.request("reload", trigger, signal));
  }

  async check({ signal }: CallOptions = {}): Promise<Rehearsal> {
    return rehearsal(await this.#shell.request("check", "check", signal));
  }

  async preflight(
    build: (signal: AbortSignal) => Promise<Inputs>,
    { signal }: CallOptions = {},
  ): Promise<Rehearsal> {
    return rehearsal(await this.#shell.request("preflight", "preflight", signal, build));
  }

  async write(
    build: (signal: AbortSignal) => Promise<Submission>,
    { signal }: CallOptions = {},
  ): Promise<Activation> {
    return activation(await this.#shell.request("write", "write", signal, build));
  }

  onChange(patterns: readonly string[], listener: ChangeListener, options: ConsumerOptions = {}): () => void {
    return this.#shell.consumers.add(patterns, listener, options);
  }

  onNotice(listener: (notice: Notice) => void): () => void {
    return this.#shell.announcer.add(listener);
  }

  status(): ManagerStatus {
    return this.#shell.status();
  }

  close(): void {
    this.#shell.close();
  }
}
