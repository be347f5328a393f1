import { styleText } from "node:util";
import type { Paint } from "@durar/audit";
import type { Environment } from "@durar/secretref-schema";

/** What the command sees of the process that runs it. */
export interface Surroundings {
  /** The process's own environment. */
  readonly environment: Environment;
  readonly cwd: string;
  /** Whether standard output is a terminal. */
  readonly stdoutIsTerminal: boolean;
  /** Shows a line of progress in place of the last; absent where standard error is no terminal. */
  readonly showProgress?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a command came to; printing is the caller's. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Styles text where the terminal and the operator want styles (https://no-color.org, FORCE_COLOR). */
export function painter({ environment, stdoutIsTerminal }: Surroundings, color: boolean): Paint {
  const isSet = (name: string): boolean => (environment[name] ?? "") !== "";
  const wanted = color && !isSet("NO_COLOR") && (stdoutIsTerminal || isSet("FORCE_COLOR"));
  return wanted ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text;
}
