import { runCommandLine } from "./cli/run-command-line.ts";

/** The process: reads its arguments, prints what they came to, and sets the status. */
async function main(args: readonly string[]): Promise<void> {
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  // A resolver ends by its own rules; only the test has children of its own to end first.
  if (args[0] === "conform")
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupt);
  const { exitCode, stdout, stderr } = await runCommandLine(args, interruption.signal);
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = exitCode;
}

void main(process.argv.slice(2));
