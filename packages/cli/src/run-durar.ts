import { CommanderError } from "commander";
import { CommandError, errorResult } from "./command-error.ts";
import type { CommandResult, Surroundings } from "./console.ts";
import { createProgram } from "./program.ts";

/**
 * Runs one command line and answers what it printed and the status it ends with. Prints nothing itself.
 *
 * @param args the words behind the command's name
 */
export async function runDurar(args: readonly string[], surroundings: Surroundings): Promise<CommandResult> {
  let result: CommandResult = { exitCode: 0, stdout: "", stderr: "" };
  let printed = "";
  let help = "";
  const program = createProgram(surroundings, (finished) => (result = finished));
  for (const command of [
    program,
    ...program.commands,
    ...program.commands.flatMap((inner) => inner.commands),
  ])
    command.exitOverride().configureOutput({
      writeOut: (text) => (printed += text),
      // What is wrong reaches the caller as an error; what is left is the help of an incomplete command.
      writeErr: (text) => (help += text.startsWith("error:") ? "" : text),
    });
  try {
    await program.parseAsync(args.length === 0 ? ["--help"] : args, { from: "user" });
    return { ...result, stdout: printed + result.stdout };
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0)
      return { exitCode: 0, stdout: printed, stderr: "" };
    const isIncomplete = error instanceof CommanderError && error.code === "commander.help";
    if (isIncomplete && !args.includes("--json")) return { exitCode: 64, stdout: "", stderr: help };
    return errorResult(asOwn(error, surroundings), args.includes("--json"));
  }
}

function asOwn(error: unknown, { signal }: Surroundings): unknown {
  if (signal?.aborted === true) return new CommandError("INTERRUPTED", "interrupted", "nothing was changed");
  if (!(error instanceof CommanderError)) return error;
  if (error.code === "commander.help")
    return new CommandError("USAGE", "a command is missing", "see durar --help");
  const [message = "", suggestion] = error.message.replace(/^error: /, "").split("\n");
  const nearest = /^\(Did you mean (.+)\?\)$/.exec(suggestion ?? "")?.[1];
  const hint = nearest === undefined ? "see durar --help" : `did you mean ${nearest}?`;
  return new CommandError("USAGE", message.replace(/\.$/, ""), hint);
}
