import type { Writable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";

/** How a request is written to a command's standard input, which is then closed. */
export type Sender = (stdin: Writable) => void;

const DRIPS = 24;
const DRIP_AT_LEAST_MS = 288;

/** All at once. */
export function sending(text: string): Sender {
  return (stdin) => void stdin.end(text);
}

/**
 * In small pieces with pauses, as from a busy caller.
 *
 * @param overMs how long it takes, or a little more than a quarter of a second where that is longer: it is to go on when
 * the command reads for the first time
 */
export function dripping(text: string, overMs: number): Sender {
  const size = Math.ceil(text.length / DRIPS);
  const pauseMs = Math.max(overMs, DRIP_AT_LEAST_MS) / DRIPS;
  return (stdin) => void drip(stdin);

  async function drip(stdin: Writable): Promise<void> {
    for (let at = 0; at < text.length && !stdin.destroyed; at += size) {
      stdin.write(text.slice(at, at + size));
      await wait(pauseMs);
    }
    stdin.end();
  }
}
