import { spawn, type ChildProcess } from "node:child_process";
import type { Writable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { startPatience, type Patience } from "../patience.ts";
import { livesInGroup } from "../process-table.ts";
import { watchCommandLines } from "./watch-command-lines.ts";

/** How long after its end a command's children may hold standard output, as a provider lets them. */
const PATIENCE_AFTER_EXIT_MS = 200;
/** How long processes may take to be gone that were killed by the command's end. */
const PATIENCE_WITH_GROUP_MS = 1000;

/** One request to the command under test. */
export interface ExchangePlan {
  /** Absolute path; started as it is, by no shell. */
  readonly command: string;
  readonly args: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Writes the request to the command's standard input, and closes it. */
  readonly send: (stdin: Writable) => void;
  readonly timeoutMs: number;
  /** Bytes of both streams together. */
  readonly maxOutputBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/** What came of it. Holds secrets; nothing but judgements about it leaves the kit. */
export interface Exchange {
  readonly end: "exited" | "not-started" | "timed-out" | "too-much-output" | "aborted";
  /** The exit status of a command that exited by itself. */
  readonly status: number | undefined;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** Milliseconds to the first byte on either stream. */
  readonly firstOutputMs: number | undefined;
  /** Whether a child outlived the command, in its process group or at its standard output. */
  readonly leftBehind: boolean;
  /** The command lines of the command and its descendants, as far as the system shows them. */
  readonly commandLines: readonly string[] | undefined;
}

/** Starts the command in a process group of its own, as `@durar/provider-exec` does, and kills the group in the end. */
export function exchange(plan: ExchangePlan): Promise<Exchange> {
  return new Promise((resolve) => {
    const { timeoutMs, maxOutputBytes, signal } = plan;
    const started = performance.now();
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let bytes = 0;
    let firstOutputMs: number | undefined;
    let patience: Patience | undefined;

    const child = start(plan);
    const watch = child?.pid === undefined ? undefined : watchCommandLines(child.pid);
    let finished = false;
    const finish = (end: Exchange["end"], status: number | null = null, leftBehind = false): void => {
      if (finished) return;
      finished = true;
      deadline.stop();
      patience?.stop();
      signal?.removeEventListener("abort", abort);
      const commandLines = watch?.stop();
      if (child !== undefined) release(child);
      resolve({
        end,
        status: status ?? undefined,
        stdout: Buffer.concat(stdout),
        stderr: Buffer.concat(stderr),
        firstOutputMs,
        leftBehind,
        commandLines,
      });
    };
    const abort = (): void => finish("aborted");
    const deadline = startPatience(timeoutMs, () => finish("timed-out"));
    if (child?.pid === undefined) return finish("not-started");
    if (signal?.aborted === true) return abort();
    signal?.addEventListener("abort", abort);

    const collect = (chunks: Buffer[]) => (chunk: Buffer) => {
      firstOutputMs ??= performance.now() - started;
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > maxOutputBytes) finish("too-much-output");
    };
    child.stdout.on("data", collect(stdout));
    child.stderr.on("data", collect(stderr));
    child.once("exit", (status) => {
      patience = startPatience(PATIENCE_AFTER_EXIT_MS, () => finish("exited", status, true));
    });
    child.once("close", (status) => {
      patience?.stop();
      void groupIsGone(child).then((isGone) => finish("exited", status, !isGone));
    });
    plan.send(child.stdin);
  });
}

function start({ command, args, directory, environment }: ExchangePlan) {
  try {
    const child = spawn(command, args, {
      cwd: directory,
      env: environment,
      detached: hasGroups,
      stdio: "pipe",
    });
    // Closing standard input early is the command's right; what counts is how it ends.
    for (const part of [child, child.stdin, child.stdout, child.stderr]) part.on("error", () => undefined);
    return child;
  } catch {
    return undefined;
  }
}

const hasGroups = process.platform !== "win32";

/** Waits a little for the processes that a command has left in its group to be gone. */
async function groupIsGone({ pid }: ChildProcess): Promise<boolean> {
  if (!hasGroups || pid === undefined) return true;
  const until = performance.now() + PATIENCE_WITH_GROUP_MS;
  while (livesInGroup(pid)) {
    if (performance.now() > until) return false;
    await wait(10);
  }
  return true;
}

function release(child: ChildProcess): void {
  try {
    if (hasGroups && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    else child.kill("SIGKILL");
  } catch {
    // Nobody is left in the group.
  }
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
  child.unref();
}
