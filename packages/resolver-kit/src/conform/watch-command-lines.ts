import { readFileSync } from "node:fs";
import { childrenOf, showsChildren } from "../process-table.ts";

/** A running look at the command lines of a process and its descendants. */
export interface CommandLineWatch {
  /** Ends the look. @returns every command line that was seen, words parted by NUL */
  stop(): readonly string[];
}

const LOOK_EVERY_MS = 2;

/** Looks again and again, since a process may live for milliseconds; `undefined` where the system shows nothing. */
export function watchCommandLines(root: number): CommandLineWatch | undefined {
  if (!showsChildren) return undefined;
  const seen = new Set<string>();
  // A process stays in view when its parent is gone.
  const family = new Set([root]);
  const look = (): void => {
    for (const pid of family) {
      const line = read(`/proc/${pid}/cmdline`);
      if (line === undefined) {
        family.delete(pid);
        continue;
      }
      if (line !== "") seen.add(line);
      // What is added while a set is walked is walked too.
      for (const child of childrenOf(pid)) family.add(child);
    }
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return [...seen];
    },
  };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
