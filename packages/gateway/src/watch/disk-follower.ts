import { readTextFile } from "@durar/config-document";
import type { Layout } from "@durar/durar-config";
import type { Logger } from "pino";
import { ConfigTexts } from "./config-texts.ts";
import { PathWatcher, type PathWatcherOptions } from "./path-watcher.ts";
import { watchedPaths } from "./watched-paths.ts";

export interface DiskFollowerOptions extends Pick<PathWatcherOptions, "debounceMs" | "pollMs"> {
  readonly layout: Layout;
  readonly log: Logger;
  /** Whether nothing has failed since the last activation. */
  readonly isHealthy: () => boolean;
  /** Told that what is on disk is to be activated. */
  readonly onChange: () => void;
}

/** Tells when what a gateway goes by changes on disk, unless it is what the gateway has written itself. */
export class DiskFollower {
  readonly texts = new ConfigTexts();
  readonly #options: DiskFollowerOptions;
  readonly #watcher: PathWatcher;
  /** What changed before anyone could go by it. */
  readonly #early = new Set<string>();
  #isReady = false;

  constructor(options: DiskFollowerOptions) {
    const { log, debounceMs, pollMs } = options;
    this.#options = options;
    this.#watcher = new PathWatcher({
      debounceMs,
      pollMs,
      onChange: (paths) => this.#changed(paths),
      onBlind: (directory, code) =>
        log.warn(
          { code: "GATEWAY_WATCH_FAILED", directory },
          `cannot be watched (${code}); it is looked at now and then`,
        ),
    });
  }

  /** What changes from here on is noticed, of everything that this configuration names. */
  async follow(config: unknown): Promise<void> {
    await this.#watcher.watch(watchedPaths(this.#options.layout, config));
  }

  /** From now on changes are told; those that came earlier at once. */
  ready(): void {
    this.#isReady = true;
    if (this.#early.size > 0) this.#changed([...this.#early]);
  }

  close(): void {
    this.#watcher.close();
  }

  #changed(paths: readonly string[]): void {
    if (!this.#isReady) for (const path of paths) this.#early.add(path);
    if (!this.#isReady || this.#isOwnWrite(paths)) return;
    const { log, onChange } = this.#options;
    log.info({ paths }, "changed on disk");
    onChange();
  }

  /** Whether the configuration alone changed, and is what this process wrote, or what is in force anyway. */
  #isOwnWrite(paths: readonly string[]): boolean {
    const { layout, isHealthy } = this.#options;
    if (paths.some((path) => path !== layout.configFile)) return false;
    const content = readTextFile(layout.configFile);
    if (!content.ok) return false;
    return this.texts.isOnItsWay(content.text) || (isHealthy() && this.texts.isActive(content.text));
  }
}
