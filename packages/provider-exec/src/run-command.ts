import { execa } from "execa";
import { startCountdown } from "./countdown.ts";

/** How long a lingering child may keep stdout open in silence after the command itself has exited. */
const SILENCE_AFTER_EXIT_MS = 200;

/** One run of a command that has been judged. */
export interface CommandRun {
  /** Absolute path; started as it is, by no shell, so that a shim reads its own name. */
  readonly command: string;
  readonly args: readonly string[];
  /** The working directory. */
  readonly directory: string;
  /** All the variables that the command gets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Written to stdin, which is then closed. A command that does not read it is fine. */
  readonly input: string;
  /** Milliseconds for the whole run. */
  readonly timeoutMs: number;
  /** Milliseconds without a byte on stdout or stderr. */
  readonly noOutputTimeoutMs: number;
  /** Bytes of stdout and stderr together. */
  readonly maxOutputBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/** How a run ended. Only a success hands out bytes, those of stdout; stderr is counted and dropped. */
export type CommandEnd =
  | { readonly end: "succeeded"; readonly output: Uint8Array }
  /** Exactly one of the two is not `null`. */
  | { readonly end: "failed"; readonly status: number | null; readonly signal: NodeJS.Signals | null }
  /** `reason` is the system's name for the error, such as `ENOENT`, where it gave one. */
  | { readonly end: "not-started"; readonly reason: string | undefined }
  | { readonly end: "timed-out" | "silent" | "too-much-output" | "aborted" };

/**
 * Runs a command in a process group of its own. Settles at the first of: its end, a deadline, the limit, the signal;
 * whichever it is, the group is killed and the pipes are closed on our side, whoever else still holds them.
 *
 * After the command itself has exited, stdout is read to its end or until it is silent for 200 ms; `timeoutMs` goes
 * on. Where both timers are due, the run has timed out.
 */
export function runCommand(run: CommandRun): Promise<CommandEnd> {
  return new Promise((resolve) => {
    const { signal, timeoutMs, noOutputTimeoutMs, maxOutputBytes } = run;
    if (signal?.aborted) return resolve({ end: "aborted" });
    const child = start(run);
    if (child === undefined) return resolve({ end: "not-started", reason: undefined });
    if (child.pid === undefined)
      return void child.then(({ code }) => resolve({ end: "not-started", reason: code }));

    const started = performance.now();
    const output: Buffer[] = [];
    let bytes = 0;
    let exited = false;

    const finish = (end: CommandEnd): void => {
      deadline.stop();
      silence.stop();
      signal?.removeEventListener("abort", abort);
      child.off("exit", onExit).off("close", conclude);
      release(child);
      resolve(end);
    };
    const abort = (): void => finish({ end: "aborted" });
    const timeOut = (): void => finish({ end: "timed-out" });
    const giveUp = (): void =>
      performance.now() - started < timeoutMs ? finish({ end: "silent" }) : timeOut();
    const conclude = (status: number | null, killedBy: NodeJS.Signals | null): void =>
      finish(
        status === 0
          ? { end: "succeeded", output: Buffer.concat(output) }
          : { end: "failed", status, signal: killedBy },
      );
    const count = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > maxOutputBytes) finish({ end: "too-much-output" });
    };

    const onExit = (status: number | null, killedBy: NodeJS.Signals | null): void => {
      exited = true;
      silence.stop();
      silence = startCountdown(SILENCE_AFTER_EXIT_MS, () => conclude(status, killedBy));
    };

    const deadline = startCountdown(timeoutMs, timeOut);
    let silence = startCountdown(noOutputTimeoutMs, giveUp);
    signal?.addEventListener("abort", abort);

    child.stdout.on("data", (chunk: Buffer) => {
      silence.restart();
      output.push(chunk);
      count(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      // Once the command has exited, a child that logs on must not hold up an answer that is complete.
      if (!exited) silence.restart();
      count(chunk);
    });
    child.once("exit", onExit).once("close", conclude);
    child.stdin.end(run.input);
  });
}

type Child = Exclude<ReturnType<typeof start>, undefined>;

/** Answers `undefined` where execa refuses the arguments; its errors quote them, and end here. */
function start({ command, args, directory, environment }: CommandRun) {
  try {
    const child = execa(command, args, {
      cwd: directory,
      env: environment,
      extendEnv: false,
      // A group of its own, so that it can be killed as a whole. On Windows there are no groups.
      detached: hasGroups,
      // The bytes are read here, as they come: execa keeps, strips, decodes and prints nothing.
      buffer: false,
      stripFinalNewline: false,
      verbose: "none",
      reject: false,
    });
    // Closing stdin early is the command's right (EPIPE); what counts is how it ends.
    for (const part of [child, child.stdin, child.stdout, child.stderr]) part.on("error", () => undefined);
    return child;
  } catch {
    return undefined;
  }
}

const hasGroups = process.platform !== "win32";

/** Leaves nothing behind: no process of the group, no descriptor, nothing that keeps this program running. */
function release(child: Child): void {
  try {
    if (hasGroups && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    else child.kill("SIGKILL");
  } catch {
    // Nobody is left in the group, or none whom we may kill.
  }
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  child.unref();
}
