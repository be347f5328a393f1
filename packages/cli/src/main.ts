import { runDurar } from "./run-durar.ts";

/** The process: reads its arguments, prints what the command came to, and sets the status. */
async function main(): Promise<void> {
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once("SIGINT", interrupt);
  const { exitCode, stdout, stderr } = await runDurar(process.argv.slice(2), {
    environment: process.env,
    cwd: process.cwd(),
    stdoutIsTerminal: process.stdout.isTTY,
    showProgress: process.stderr.isTTY ? (line) => process.stderr.write(`\r\u001b[K${line}`) : undefined,
    signal: interruption.signal,
  });
  process.off("SIGINT", interrupt);
  // A reader that has seen enough, as head has, is no failure.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  process.exitCode = exitCode;
  process.stdout.write(stdout);
  process.stderr.write(stderr);
}

void main();
