import type { Surface, SurfaceWarning } from "@durar/credential-surface";
import type { DurarError, SecretProvider } from "@durar/secretref-schema";
import type { ChangeListener } from "../consumer.ts";
import type { ConsumerOptions } from "../consumers.ts";
import type { Inputs } from "../inputs.ts";
import type { Notice } from "../notices.ts";
import type { Snapshot } from "../snapshot.ts";
import type { Trigger } from "./state.ts";

/** Bounds of the time between attempts in the background: whole milliseconds, from 1 to 2^31 - 1. */
export interface RecoveryBounds {
  /** @default 1_000, or the maximum where that is less */
  readonly minimumMs?: number | undefined;
  /** @default 900_000 (15 minutes), or the minimum where that is more */
  readonly maximumMs?: number | undefined;
}

export interface SecretsManagerOptions {
  /** Which fields hold credentials, and when each is in use. */
  readonly surface: Surface;
  /** One for each source that may be resolved. */
  readonly providers: readonly SecretProvider[];
  /**
   * Reads the documents as they are now. It is called in the queue, for each activation twice: what is published is what
   * was there last. It throws a `DurarError`, or an `AggregateError` of several, where they cannot be read.
   */
  readonly load: (signal: AbortSignal) => Inputs | Promise<Inputs>;
  /**
   * Makes ready what must go along with a snapshot, such as a listener on a port that changed. It throws a `DurarError`
   * to keep the snapshot from being published.
   */
  readonly admit?: ((next: Snapshot, signal: AbortSignal) => Promise<Admission>) | undefined;
  /** The time between attempts in the background; `false` for none. @default from 1 s to 15 min */
  readonly recovery?: RecoveryBounds | false | undefined;
  /**
   * How long an activation may take, in whole milliseconds from 1 to 2^31 - 1; it then fails with `SNAPSHOT_TIMEOUT`. A
   * commit that has begun is not counted. @default 600_000
   */
  readonly activationTimeoutMs?: number | undefined;
  /** The time in milliseconds since 1970 UTC. @default Date.now */
  readonly now?: (() => number) | undefined;
  /** From 0 up to 1, for the jitter. @default Math.random */
  readonly random?: (() => number) | undefined;
}

/** What was made ready for a snapshot. One of the two is called, once. */
export interface Admission {
  /** The snapshot is in force; what it throws is withheld, and undoes nothing. */
  readonly published: () => void;
  /**
   * It will not be published: undoes what was made ready. The next job waits for it, so that it has to end by itself; what
   * it throws is withheld.
   */
  readonly abandoned: () => Promise<void> | void;
}

/** What an activation came to. */
export interface Activation {
  readonly snapshot: Snapshot;
  readonly warnings: readonly SurfaceWarning[];
  /** Paths whose value is another than before, and no values; every credential in use at the first activation. */
  readonly changedPaths: readonly string[];
}

/** What a preparation that publishes nothing came to. */
export interface Rehearsal {
  readonly warnings: readonly SurfaceWarning[];
  readonly refsChecked: number;
}

/** A submitted set of documents, and how to make it the one on disk. */
export interface Submission {
  readonly inputs: Inputs;
  /** Called when all else is ready; what it throws keeps the snapshot from being published. It ends by itself. */
  readonly commit: (signal: AbortSignal) => Promise<void>;
}

export interface CallOptions {
  /**
   * Ends the wait with `SNAPSHOT_ABORTED`. A start, write or preflight that nobody waits for is stopped, unless its commit
   * has begun; a reload and a check go on.
   */
  readonly signal?: AbortSignal | undefined;
}

export interface ReloadOptions extends CallOptions {
  /** What status and metrics call it. @default `reload` */
  readonly trigger?: "reload" | "watch" | undefined;
}

/** The last attempt to activate what is on disk, or what was made to be there. */
export interface Attempt {
  readonly trigger: Trigger;
  /** When it ended, in milliseconds since 1970 UTC. */
  readonly at: number;
  readonly durationMs: number;
  readonly ok: boolean;
  /** Every reason, where it failed. */
  readonly failures: readonly DurarError[];
}

export interface ManagerStatus {
  readonly state: "inactive" | "healthy" | "degraded" | "closed";
  /** When the state began, in milliseconds since 1970 UTC. */
  readonly since: number;
  /** The generation in force; 0 before the first. */
  readonly generation: number;
  readonly lastAttempt: Attempt | undefined;
  /** When the next attempt in the background is due, in milliseconds since 1970 UTC. */
  readonly nextAttemptAt: number | undefined;
}

/** One owner of a server's secrets, and one queue: whatever asks for an activation waits its turn. */
export interface SecretsManager {
  /**
   * What is in force; the same object until the next publish.
   *
   * @throws SnapshotError `SNAPSHOT_NOT_ACTIVE` before the first activation
   */
  readonly snapshot: Snapshot;
  /** The first activation. Where it fails nothing is in force, and it can be tried again. Rejects with every reason. */
  start(options?: CallOptions): Promise<Activation>;
  /**
   * Activates what is on disk: all of it, or, with every reason, none of it. Reloads that wait are one. Rejects with a
   * `SnapshotError`: `SNAPSHOT_ACTIVATION_FAILED`, after which the state is degraded, or `SNAPSHOT_INPUTS_INVALID`, which
   * changes nothing.
   */
  reload(options?: ReloadOptions): Promise<Activation>;
  /** Prepares what is on disk and publishes nothing: would a restart succeed? A failure makes the state degraded. */
  check(options?: CallOptions): Promise<Rehearsal>;
  /** Prepares what is submitted and publishes nothing. Changes no state, whatever comes of it. */
  preflight(build: (signal: AbortSignal) => Promise<Inputs>, options?: CallOptions): Promise<Rehearsal>;
  /**
   * Prepares what is submitted, commits it, and publishes the very snapshot that was prepared. Any failure leaves the
   * state as it is. Rejects with what `build` or `commit` threw, or with every reason why it cannot be activated.
   *
   * @param build called in the queue, so that what it reads is not changed by a job before it
   */
  write(build: (signal: AbortSignal) => Promise<Submission>, options?: CallOptions): Promise<Activation>;
  /**
   * Has a consumer told, after a publish, that a value of its own changed. One that throws stops no other; it is told one
   * change at a time.
   *
   * @param patterns such as `services.*.token`; a change above or below counts
   * @returns a function that ends it
   */
  onChange(patterns: readonly string[], listener: ChangeListener, options?: ConsumerOptions): () => void;
  /** Has a listener told of everything that happens. @returns a function that ends it */
  onNotice(listener: (notice: Notice) => void): () => void;
  status(): ManagerStatus;
  /**
   * Ends it: what runs is aborted, what waits is refused, no consumer is told any more. What is in force can still be
   * read. A commit that has begun ends by itself, although its caller is told `SNAPSHOT_CLOSED`.
   */
  close(): void;
}
