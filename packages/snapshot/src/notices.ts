import type { DurarError } from "@durar/secretref-schema";

interface NoticeRow {
  readonly level: "info" | "warn" | "error";
  /** Whether it is sent once for what happened, for whoever watches the system; the others are for the log alone. */
  readonly event: boolean;
  readonly when: string;
}

function row(level: NoticeRow["level"], event: boolean, when: string): NoticeRow {
  return Object.freeze({ level, event, when });
}

/** Everything the manager tells of. The set is closed. */
export const SNAPSHOT_NOTICES = Object.freeze({
  SECRETS_ACTIVATED: row("info", true, "a snapshot came into force"),
  SECRETS_RELOADER_DEGRADED: row(
    "error",
    true,
    "an activation failed after a healthy state; the last good snapshot stays in force",
  ),
  SECRETS_RELOADER_RECOVERED: row("info", true, "a snapshot came into force after a degraded state"),
  SECRETS_RELOAD_FAILED: row("warn", false, "an activation failed again while degraded"),
  CONFIG_INVALID: row(
    "error",
    false,
    "what is on disk cannot be read; nothing was tried, and the state is what it was",
  ),
  SECRETS_RECOVERY_SCHEDULED: row("info", false, "an attempt in the background is due at a set time"),
  SECRETS_CONSUMER_FAILED: row("warn", false, "a consumer threw when it was told of a change"),
});

/** A code of {@link SNAPSHOT_NOTICES}. */
export type NoticeCode = keyof typeof SNAPSHOT_NOTICES;

/** One thing that happened. No field holds a secret. */
export interface Notice {
  readonly code: NoticeCode;
  readonly level: "info" | "warn" | "error";
  /** Whether it is an event, or for the log alone. */
  readonly event: boolean;
  /** One line. */
  readonly message: string;
  /** The generation in force. */
  readonly generation: number;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  /** Every reason, where it is about a failure. */
  readonly failures: readonly DurarError[];
}
