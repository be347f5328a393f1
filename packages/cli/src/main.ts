import { fstatSync } from "node:fs";
import type { CommandResult, Surroundings } from "./console.ts";
import { failed, internalFailure, wantsJson } from "./failure.ts";
import { print } from "./print.ts";
import { runDurar } from "./run-durar.ts";

/** The process: reads its arguments, prints what the command came to, and sets the status. */
async function main(args: readonly string[]): Promise<void> {
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.once(signal, interrupt);
  const fault = new Promise<CommandResult>((resolve) => {
    // What is thrown where nobody waits for it: its text, which may quote a secret, must not be printed.
    process.once("uncaughtException", (error) => {
      interruption.abort();
      resolve(failed(internalFailure(error), wantsJson(args)));
    });
  });
  const result = await Promise.race([runDurar(args, processSurroundings(interruption.signal)), fault]);
  // From here on an interruption ends the process at once, even while it waits for a reader.
  for (const signal of signals) process.off(signal, interrupt);
  process.exitCode = result.exitCode;
  printResult(result);
}

/** The process itself; what costs time to find out is found out when it is asked for. */
function processSurroundings(signal: AbortSignal): Surroundings {
  return {
    environment: process.env,
    signal,
    get cwd() {
      return process.cwd();
    },
    get stdoutIsTerminal() {
      return isTerminal(1);
    },
    get showProgress() {
      return isTerminal(2) ? showProgress : undefined;
    },
  };
}

/** Node's own streams know a terminal, and take a while to load. Nothing but a device can be one. */
function isTerminal(descriptor: 1 | 2): boolean {
  if (!fstatSync(descriptor).isCharacterDevice()) return false;
  return (descriptor === 1 ? process.stdout : process.stderr).isTTY === true;
}

function showProgress(line: string): void {
  print(2, `\r\u001b[K${line}`);
}

function printResult({ stdout, stderr }: CommandResult): void {
  print(2, stderr);
  const code = print(1, stdout);
  if (code === undefined) return;
  // A full disk must not look like a report without findings.
  const failure = failed(
    {
      code: "FILE_UNWRITABLE",
      message: `standard output cannot be written: ${code}`,
      hint: "make room for it",
    },
    false,
  );
  process.exitCode = failure.exitCode;
  print(2, failure.stderr);
}

void main(process.argv.slice(2));
