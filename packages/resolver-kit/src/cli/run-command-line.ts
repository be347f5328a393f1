import { UsageError } from "./usage-error.ts";
import { version } from "./version.ts";

/** What a command line came to, to be printed. */
export interface CommandResult {
  /** 0 done, 1 a check failed, 64 usage, 70 a fault of the command itself, 130 interrupted. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs one command line and answers what it would print; only `resolver` makes the process the resolver, and does not
 * return. Never rejects.
 */
export async function runCommandLine(args: readonly string[], signal: AbortSignal): Promise<CommandResult> {
  try {
    return await answer(args, signal);
  } catch (error) {
    if (signal.aborted) return { exitCode: 130, stdout: "", stderr: "resolver-kit: interrupted\n" };
    if (error instanceof UsageError) return usage(error.message);
    const { ResolverError } = await import("../errors.ts");
    if (error instanceof ResolverError) return usage(error.message);
    // The text of an error of somebody else's may quote anything.
    return { exitCode: 70, stdout: "", stderr: "resolver-kit: internal error\n" };
  }
}

async function answer(args: readonly string[], signal: AbortSignal): Promise<CommandResult> {
  const [word, ...rest] = args;
  const own = rest.slice(0, rest.includes("--") ? rest.indexOf("--") : undefined);
  const wantsHelp = own.includes("--help") || own.includes("-h");
  switch (word) {
    case "conform": {
      const { conformHelp, runConform } = await import("./conform-command.ts");
      if (wantsHelp) return printed(conformHelp);
      const { text, isConformant } = await runConform(rest, signal);
      return { exitCode: isConformant ? 0 : 1, stdout: text, stderr: "" };
    }
    case "resolver": {
      const { readyResolverHelp, runReadyResolver } = await import("./resolver-command.ts");
      if (!wantsHelp) return runReadyResolver(rest);
      return printed(own[0]?.startsWith("-") === true ? await help() : await readyResolverHelp(own[0]));
    }
    case "--version":
    case "-V":
      return printed(`${version}\n`);
    case undefined:
    case "help":
    case "--help":
    case "-h":
      return printed(await help());
    default:
      throw new UsageError("there is no such command");
  }
}

async function help(): Promise<string> {
  const { listReadyResolvers } = await import("./resolver-command.ts");
  return `Usage: resolver-kit conform --id ID [options] -- COMMAND [ARGUMENT...]
       resolver-kit resolver NAME [options]

conform tests whether a command, in whatever language, is a resolver of protocol version 1.
resolver makes this process a ready resolver, for the command and args of an exec provider:

${await listReadyResolvers()}
See resolver-kit conform --help and resolver-kit resolver NAME --help.
`;
}

function printed(stdout: string): CommandResult {
  return { exitCode: 0, stdout, stderr: "" };
}

function usage(message: string): CommandResult {
  return { exitCode: 64, stdout: "", stderr: `resolver-kit: ${message}; see resolver-kit --help\n` };
}
