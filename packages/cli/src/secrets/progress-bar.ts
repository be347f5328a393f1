import type { Surroundings } from "../console.ts";

/** Shorter scans are over before a bar could be read. */
const longScan = 500;
const width = 30;

/** Shows how far a long scan is. */
export interface ProgressBar {
  readonly show: (scanned: number, total: number) => void;
  readonly remove: () => void;
}

/** Makes a bar that is seen where somebody watches, once there is something to show. */
export function progressBar(surroundings: Surroundings): ProgressBar {
  let isShown = false;
  return {
    show: (scanned, total) => {
      if (total < longScan) return;
      const done = "#".repeat(Math.round((scanned / total) * width));
      surroundings.showProgress?.(`[${done.padEnd(width, ".")}] ${scanned}/${total} files`);
      isShown = true;
    },
    remove: () => {
      if (isShown) surroundings.showProgress?.("");
    },
  };
}
