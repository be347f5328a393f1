import { commandLine } from "./command-line/command.ts";
import { COMMANDS } from "./command-table/commands.ts";
import type { CommandResult, Surroundings } from "./console.ts";
import { failed, wantsJson } from "./failure.ts";
import { formatHelp } from "./command-line/format-help.ts";
import { readCommandLine, type Request } from "./command-line/read-command-line.ts";
import { version } from "./version.ts";

/**
 * Runs one command line and answers what it would print and the status it ends with. Prints nothing itself, and
 * never rejects: every error is in the answer, as one JSON document where `--json` was given.
 *
 * @param args the words behind the command's name
 */
export async function runDurar(args: readonly string[], surroundings: Surroundings): Promise<CommandResult> {
  try {
    const result = await answer(readCommandLine(args, COMMANDS), args, surroundings);
    // A signal that came while there was no time to hear it: what it was to stop must not look done.
    await new Promise((heard) => setImmediate(heard));
    if (result.endsBySignal !== true) surroundings.signal?.throwIfAborted();
    return result;
  } catch (error) {
    const { describeError } = await import("./describe-error.ts");
    return failed(describeError(error, surroundings.signal), wantsJson(args));
  }
}

function answer(
  request: Request,
  args: readonly string[],
  surroundings: Surroundings,
): CommandResult | Promise<CommandResult> {
  switch (request.kind) {
    case "run":
      return request.run(request.given, surroundings);
    case "version":
      return { exitCode: 0, stdout: `${version}\n`, stderr: "" };
    case "help":
      return { exitCode: 0, stdout: formatHelp(request.command, COMMANDS), stderr: "" };
    case "incomplete": {
      const help = formatHelp(request.command, COMMANDS);
      if (args.length === 0) return { exitCode: 0, stdout: help, stderr: "" };
      if (!wantsJson(args)) return { exitCode: 64, stdout: "", stderr: help };
      const hint = `see ${commandLine(request.command)} --help`;
      return failed({ code: "USAGE", message: "a command is missing", hint }, true);
    }
    case "usage":
      return failed({ code: "USAGE", ...request }, wantsJson(args));
  }
}
