import { watch, type FSWatcher } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";

export interface DirectoryWatchersOptions {
  /** Told that something happened in one of the directories, or to it. */
  readonly onEvent: () => void;
  /** Told once of each directory that cannot be watched, with the system's code. */
  readonly onBlind?: ((directory: string, code: string) => void) | undefined;
}

/** Watches a set of directories that changes. It keeps no process alive. */
export class DirectoryWatchers {
  readonly #options: DirectoryWatchersOptions;
  readonly #watchers = new Map<string, { readonly watcher: FSWatcher; readonly inode: bigint }>();
  readonly #blind = new Set<string>();
  #isClosed = false;

  constructor(options: DirectoryWatchersOptions) {
    this.#options = options;
  }

  /** From now on these directories are watched, and no others. One that does not exist is passed over. */
  async watch(wanted: ReadonlySet<string>): Promise<void> {
    for (const directory of [...this.#watchers.keys()]) if (!wanted.has(directory)) this.#drop(directory);
    for (const directory of wanted) await this.#add(directory);
  }

  close(): void {
    this.#isClosed = true;
    for (const directory of [...this.#watchers.keys()]) this.#drop(directory);
  }

  async #add(directory: string): Promise<void> {
    const inode = (await stat(directory, { bigint: true }).catch(() => undefined))?.ino;
    // Another directory may stand at the same path by now.
    if (this.#watchers.get(directory)?.inode !== inode) this.#drop(directory);
    if (this.#isClosed || inode === undefined || this.#watchers.has(directory)) return;
    try {
      const watcher = watch(directory, { persistent: false }, (type, name) => {
        // What happens to the directory itself comes by its own name. The next one at its path may have the same inode.
        if (type === "rename" && name === basename(directory)) this.#drop(directory, watcher);
        this.#options.onEvent();
      });
      watcher.on("error", () => this.#drop(directory, watcher));
      this.#watchers.set(directory, { watcher, inode });
    } catch (error) {
      if (this.#blind.has(directory)) return;
      this.#blind.add(directory);
      this.#options.onBlind?.(directory, (error as NodeJS.ErrnoException).code ?? "unknown");
    }
  }

  /** @param only where it is still this one */
  #drop(directory: string, only?: FSWatcher): void {
    const watcher = this.#watchers.get(directory)?.watcher;
    if (watcher === undefined || (only !== undefined && only !== watcher)) return;
    watcher.close();
    this.#watchers.delete(directory);
  }
}
