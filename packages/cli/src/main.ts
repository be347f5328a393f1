import { fstatSync } from "node:fs";
import { addAbortSignal } from "node:stream";
import type { CommandResult, Surroundings } from "./console.ts";
import { failed, internalFailure, wantsJson } from "./failure.ts";
import { print } from "./print.ts";
import { runDurar } from "./run-durar.ts";

/** The process: reads its arguments, prints what the command came to, and sets the status. */
async function main(args: readonly string[]): Promise<void> {
  const interruption = new AbortController();
  const signals = ["SIGINT", "SIGTERM"] as const;
  const listen = (): void => signals.forEach((signal) => process.on(signal, interrupt));
  const ignore = (): void => signals.forEach((signal) => process.off(signal, interrupt));
  // Not by `once`: libraries that clean up when a process is killed kill it where nobody listens any more.
  const interrupt = (signal: NodeJS.Signals): void => {
    if (!interruption.signal.aborted) return interruption.abort();
    ignore();
    process.kill(process.pid, signal);
  };
  listen();
  const fault = new Promise<CommandResult>((resolve) => {
    // What is thrown where nobody waits for it: its text, which may quote a secret, must not be printed.
    process.once("uncaughtException", (error) => {
      interruption.abort();
      resolve(failed(internalFailure(error), wantsJson(args)));
    });
  });
  const result = await Promise.race([runDurar(args, processSurroundings(interruption.signal)), fault]);
  // From here on an interruption ends the process at once, even while it waits for a reader.
  ignore();
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
    readStandardInput: (maxBytes) => readStandardInput(maxBytes, signal),
    print: (text) => void print(1, text),
    runProgram: async (program, args) => {
      const { runProgram } = await import("./consumers/run-program.ts");
      return runProgram(program, args, signal);
    },
    onHangup: (listener) => {
      process.on("SIGHUP", listener);
      return () => process.off("SIGHUP", listener);
    },
    get stdoutIsTerminal() {
      return isTerminal(1);
    },
    get isInteractive() {
      return isTerminal(0) && isTerminal(2);
    },
    get showProgress() {
      return isTerminal(2) ? showProgress : undefined;
    },
  };
}

/** Node's own streams know a terminal, and take a while to load. Nothing but a device can be one. */
function isTerminal(descriptor: 0 | 1 | 2): boolean {
  if (!fstatSync(descriptor).isCharacterDevice()) return false;
  const { stdin, stdout, stderr } = process;
  return [stdin, stdout, stderr][descriptor]?.isTTY === true;
}

/** By Node's own stream, which takes a pipe that does not wait, and lets a signal be heard meanwhile. */
async function readStandardInput(maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of addAbortSignal(signal, process.stdin) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) break;
  }
  return Buffer.concat(chunks);
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
