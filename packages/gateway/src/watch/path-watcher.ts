import { DirectoryWatchers } from "./directory-watchers.ts";
import { linkDirectories } from "./link-directories.ts";
import { pathMark } from "./path-mark.ts";

export interface PathWatcherOptions {
  /** Told which paths are not what they were. */
  readonly onChange: (paths: readonly string[]) => void;
  /** Told once of each directory that cannot be watched; the poll goes on. */
  readonly onBlind?: ((directory: string, code: string) => void) | undefined;
  /** How long it must be quiet after a change, in milliseconds; after ten times that it is looked at anyway. @default 300 */
  readonly debounceMs?: number | undefined;
  /** How often everything is looked at whether anything was noticed or not, in milliseconds. @default 30_000 */
  readonly pollMs?: number | undefined;
}

/**
 * Notices when what a set of paths leads to is another file, or another content. Watching directories only says when to
 * look; what counts is what is found then, so that neither a rename over a file, nor a link that is swapped, nor the
 * second such change is missed.
 */
export class PathWatcher {
  readonly #onChange: PathWatcherOptions["onChange"];
  readonly #debounceMs: number;
  readonly #directories: DirectoryWatchers;
  readonly #marks = new Map<string, string>();
  readonly #poll: NodeJS.Timeout;
  #debounce: NodeJS.Timeout | undefined;
  /** When the first hint came that was not yet followed by a look. */
  #hintedAt: number | undefined;
  #turn: Promise<void> = Promise.resolve();
  #isLookDue = false;
  #isClosed = false;

  constructor({ onChange, onBlind, debounceMs = 300, pollMs = 30_000 }: PathWatcherOptions) {
    this.#onChange = onChange;
    this.#debounceMs = debounceMs;
    this.#directories = new DirectoryWatchers({ onEvent: () => this.#hint(), onBlind });
    this.#poll = setInterval(() => this.#look(), pollMs).unref();
  }

  /** From now on these absolute paths are watched, and no others. A path that is new counts as it is now. */
  async watch(paths: Iterable<string>): Promise<void> {
    const wanted = new Set(paths);
    const isKnown = wanted.size === this.#marks.size && [...wanted].every((path) => this.#marks.has(path));
    if (isKnown) return;
    await this.#inTurn(async () => {
      for (const path of this.#marks.keys()) if (!wanted.has(path)) this.#marks.delete(path);
      for (const path of wanted) if (!this.#marks.has(path)) this.#marks.set(path, await pathMark(path));
      await this.#watchDirectories();
      // What changed before its directory was watched came without a hint.
      this.#hint();
    });
  }

  /** Nothing is told any more. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#poll);
    clearTimeout(this.#debounce);
    this.#directories.close();
  }

  /** One at a time: each goes by the marks that the one before has left. */
  #inTurn(run: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(run);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #look(): void {
    if (this.#isLookDue) return;
    this.#isLookDue = true;
    void this.#inTurn(async () => {
      this.#isLookDue = false;
      // First, so that whatever changes after it was looked at comes with a hint.
      await this.#watchDirectories();
      const changed: string[] = [];
      for (const [path, mark] of this.#marks) {
        const now = await pathMark(path);
        if (now === mark) continue;
        this.#marks.set(path, now);
        changed.push(path);
      }
      if (!this.#isClosed && changed.length > 0) this.#onChange(changed);
    });
  }

  async #watchDirectories(): Promise<void> {
    const wanted = new Set<string>();
    for (const path of this.#marks.keys())
      for (const directory of await linkDirectories(path)) wanted.add(directory);
    await this.#directories.watch(wanted);
  }

  /** Something happened: look once it has been quiet for a while, and soon even if it never is. */
  #hint(): void {
    if (this.#isClosed) return;
    const now = performance.now();
    this.#hintedAt ??= now;
    if (now - this.#hintedAt > 10 * this.#debounceMs) return;
    clearTimeout(this.#debounce);
    this.#debounce = setTimeout(() => {
      this.#hintedAt = undefined;
      this.#look();
    }, this.#debounceMs).unref();
  }
}
