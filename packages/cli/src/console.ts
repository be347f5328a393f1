import { styleText } from "node:util";
import type { Paint } from "@durar/audit";

/** What the command sees of the process that runs it. */
export interface Surroundings {
  /** The process's own environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What relative paths start from; absolute. */
  readonly cwd: string;
  /** Whether standard output is a terminal. */
  readonly stdoutIsTerminal: boolean;
  /** Whether the operator can be asked: whether standard input and standard error are a terminal. @default false */
  readonly isInteractive?: boolean | undefined;
  /** Shows a line of progress in place of the last, or removes it when given ""; absent where nobody would see it. */
  readonly showProgress?: ((line: string) => void) | undefined;
  /** Interrupts the command, which then ends with 130; a server ends as it should. */
  readonly signal?: AbortSignal | undefined;
  /** What is on standard input; of more than so many bytes, no less than one byte more. */
  readonly readStandardInput?: ((maxBytes: number) => Promise<Uint8Array>) | undefined;
  /** Prints at once what a command that goes on has to say. */
  readonly print?: ((text: string) => void) | undefined;
  /**
   * Runs a program with the standard streams of this process, and answers the status it ended with, 128 and its number
   * for a signal; rejects with the system's error where it cannot be started. Absent where no program may be run.
   */
  readonly runProgram?: ((program: string, args: readonly string[]) => Promise<number>) | undefined;
  /** Has a listener told when the process is asked to read its configuration again. @returns a function that ends it */
  readonly onHangup?: ((listener: () => void) => () => void) | undefined;
}

/** What a command came to; printing is the caller's. */
export interface CommandResult {
  /** One of `EXIT_CODES`. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether being interrupted is how the command is meant to end. */
  readonly endsBySignal?: true;
}

/**
 * Styles text where the operator wants styles: `NO_COLOR` says no (https://no-color.org), else `FORCE_COLOR` says yes,
 * or no with `0` or `false`; else a terminal decides that is not `dumb`.
 */
export function painter(surroundings: Surroundings, color: boolean): Paint {
  const wanted = color && wantsColor(surroundings);
  return wanted ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text;
}

/** Whether the operator wants styles on standard output. */
export function wantsColor(surroundings: Surroundings): boolean {
  const { NO_COLOR = "", FORCE_COLOR = "", TERM } = surroundings.environment;
  if (NO_COLOR !== "") return false;
  if (FORCE_COLOR !== "") return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return TERM !== "dumb" && surroundings.stdoutIsTerminal;
}

// What `JSON.stringify` leaves as it is and a terminal may obey: DEL, C1 controls and bidirectional controls.
const leftByJson = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A value as an indented JSON document that is safe to show on a terminal and means the same. */
export function jsonDocument(value: unknown): string {
  const json = JSON.stringify(value, undefined, 2).replace(
    leftByJson,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `${json}\n`;
}
