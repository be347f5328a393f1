import { matchesPattern, type Path, type Pattern } from "@durar/credential-surface";
import type { ChangedPath } from "./changed-paths.ts";
import type { Snapshot } from "./snapshot.ts";

/** What a consumer is told after a publish. */
export interface Change {
  /** What is in force now. */
  readonly snapshot: Snapshot;
  /** The consumer's own paths that changed; all of its patterns at the first activation. */
  readonly changedPaths: readonly string[];
}

/** Is told of a change; what it throws is withheld, and stops no other consumer. */
export type ChangeListener = (change: Change) => void | Promise<void>;

/** One consumer. It is told one change at a time; what comes meanwhile is told together, afterwards. */
export class Consumer {
  readonly #patterns: readonly Pattern[];
  readonly #store: string;
  readonly #listener: ChangeListener;
  readonly #fail: () => void;
  #pending: Change | undefined;
  #busy = false;
  #ended = false;

  constructor(store: string, patterns: readonly Pattern[], listener: ChangeListener, fail: () => void) {
    this.#patterns = patterns;
    this.#store = store;
    this.#listener = listener;
    this.#fail = fail;
  }

  /** Tells it what is new for it, where anything is; `undefined` stands for everything. Returns at once. */
  notify(snapshot: Snapshot, changed: readonly ChangedPath[] | undefined): void {
    const own =
      changed === undefined
        ? this.#patterns.map(({ text }) => text)
        : changed.filter((one) => this.#concerns(one)).map(({ text }) => text);
    if (own.length === 0 || this.#ended) return;
    const changedPaths = Object.freeze([...new Set([...(this.#pending?.changedPaths ?? []), ...own])]);
    this.#pending = Object.freeze({ snapshot, changedPaths });
    if (!this.#busy) void this.#tell();
  }

  /** It is told nothing any more, not even what waits. */
  end(): void {
    this.#ended = true;
    this.#pending = undefined;
  }

  #concerns({ store, path }: ChangedPath): boolean {
    return store.kind === this.#store && this.#patterns.some((pattern) => overlaps(pattern, path));
  }

  async #tell(): Promise<void> {
    this.#busy = true;
    for (let change = this.#pending; change !== undefined; change = this.#pending) {
      this.#pending = undefined;
      try {
        await this.#listener(change);
      } catch {
        this.#fail();
      }
    }
    this.#busy = false;
  }
}

/** Whether a change at a path is a change of what a pattern describes: at it, above it or below it. */
function overlaps(pattern: Pattern, path: Path): boolean {
  const common = Math.min(pattern.steps.length, path.length);
  return matchesPattern({ ...pattern, steps: pattern.steps.slice(0, common) }, path.slice(0, common));
}
