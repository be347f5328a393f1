import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";

/** Runs a program with the standard streams of this process; the signal ends it. */
export async function runProgram(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const child = spawn(program, args, { stdio: "inherit" });
  const end = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", end, { once: true });
  try {
    const [exitCode, killedBy] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    return exitCode ?? 128 + (killedBy === null ? 0 : constants.signals[killedBy]);
  } finally {
    signal.removeEventListener("abort", end);
  }
}
