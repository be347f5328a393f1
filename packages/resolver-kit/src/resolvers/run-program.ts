import { spawn, type ChildProcess } from "node:child_process";
import { startPatience, type Patience } from "../patience.ts";
import { familyOf } from "../process-table.ts";
import { refuse } from "../refusal.ts";

/** One run of a back end's tool. */
export interface ProgramRun {
  /** Absolute path; started as it is, by no shell. */
  readonly command: string;
  /** Hold no secret: every user of the machine can read them. */
  readonly args: readonly string[];
  /** Written to standard input, which is then closed. @default nothing */
  readonly input?: string;
  /** Set besides the resolver's own variables. @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Kills the tool. */
  readonly signal: AbortSignal;
}

/** How a tool ended. */
export interface ProgramEnd {
  /** Its exit status; `undefined` where a signal killed it. */
  readonly status: number | undefined;
  readonly stdout: string;
}

const MAX_OUTPUT_BYTES = 20 * 1024 * 1024;
/** How long a lingering child may keep standard output open in silence after the tool itself has exited. */
const SILENCE_AFTER_EXIT_MS = 200;

/**
 * Runs a tool to its end. What it writes to standard error goes nowhere.
 *
 * It stays in the resolver's process group, so that whoever kills that group at a deadline kills it too.
 *
 * @throws a refusal, `UNAVAILABLE`, where it cannot be started, is killed at the signal, writes more than 20 MiB, or
 * writes what is not UTF-8
 */
export function runProgram({
  command,
  args,
  input = "",
  environment,
  signal,
}: ProgramRun): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(refuse("UNAVAILABLE"));
    const chunks: Buffer[] = [];
    let bytes = 0;
    let silence: Patience | undefined;
    const child = spawn(command, args, {
      env: { ...process.env, ...environment },
      stdio: ["pipe", "pipe", "ignore"],
    });
    const finish = (): void => {
      silence?.stop();
      signal.removeEventListener("abort", giveUp);
      child.stdout.destroy();
      child.stdin.destroy();
    };
    const giveUp = (): void => {
      killFamily(child);
      finish();
      reject(refuse("UNAVAILABLE"));
    };
    const conclude = (status: number | null): void => {
      finish();
      const stdout = decode(Buffer.concat(chunks));
      if (stdout === undefined) reject(refuse("UNAVAILABLE"));
      else resolve({ status: status ?? undefined, stdout });
    };
    child.on("error", giveUp);
    // A tool need not read its standard input.
    child.stdin.on("error", () => undefined);
    child.stdout.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      silence?.restart();
      if (bytes > MAX_OUTPUT_BYTES) giveUp();
    });
    child.once("exit", (status) => {
      silence = startPatience(SILENCE_AFTER_EXIT_MS, () => conclude(status));
    });
    child.once("close", conclude);
    signal.addEventListener("abort", giveUp);
    child.stdin.end(input);
  });
}

/** Also those whom the tool has started, where the system shows them: the group is the resolver's own. */
function killFamily({ pid }: ChildProcess): void {
  for (const member of pid === undefined ? [] : familyOf(pid))
    try {
      process.kill(member, "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
