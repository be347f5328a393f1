import { version } from "./version.ts";

/** The process: reads its arguments, prints what the command came to, and sets the status. */
async function main(): Promise<void> {
  const args = process.argv.slice(2);
  // The one thing that scripts ask for most needs nothing loaded.
  if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
    process.stdout.write(`${version}\n`);
    return;
  }
  const { runDurar } = await import("./run-durar.ts");
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once("SIGINT", interrupt);
  const { exitCode, stdout, stderr } = await runDurar(args, {
    environment: process.env,
    cwd: process.cwd(),
    stdoutIsTerminal: process.stdout.isTTY,
    showProgress: process.stderr.isTTY ? (line) => process.stderr.write(`\r\u001b[K${line}`) : undefined,
    signal: interruption.signal,
  });
  process.off("SIGINT", interrupt);
  process.exitCode = exitCode;
  process.stdout.write(stdout);
  process.stderr.write(stderr);
}

await main();
