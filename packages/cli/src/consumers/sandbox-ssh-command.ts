import { CommandError } from "../command-error.ts";
import { jsonDocument, type CommandResult, type Surroundings } from "../console.ts";
import type { agentFlags, GivenFlags, installationFlags, outputFlags } from "../command-line/flags.ts";
import { connectGateway } from "../gateway/gateway-connection.ts";

/** The flags of `durar sandbox ssh`. */
export type SandboxSshFlags = GivenFlags<
  typeof agentFlags & typeof installationFlags & Pick<typeof outputFlags, "json">
>;

/** `durar sandbox ssh`: the status of ssh, 1 where there is no such sandbox, 69 no gateway. */
export async function sandboxSshCommand(
  flags: SandboxSshFlags,
  command: readonly string[],
  surroundings: Surroundings,
): Promise<CommandResult> {
  const { signal, runProgram } = surroundings;
  const { agent: agentId } = flags;
  const { client } = await connectGateway(flags, surroundings);
  const report = await client.call("sandbox.ssh", agentId === undefined ? {} : { agentId }, { signal });
  if (flags.json === true) return { exitCode: 0, stdout: jsonDocument(report), stderr: "" };
  if (runProgram === undefined)
    throw new CommandError(
      "USAGE",
      "no program can be run from here",
      "ask with --json, and run ssh yourself",
    );
  const { configFile, host } = report;
  // Behind the host, ssh would take words of the command for flags of its own.
  const args = ["-F", configFile, host, ...(command.length === 0 ? [] : ["--", ...command])];
  const exitCode = await runProgram("ssh", args).catch((error: unknown) => {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new CommandError(
      "PROGRAM_MISSING",
      `ssh cannot be run: ${code ?? "unknown"}`,
      "install OpenSSH's client",
    );
  });
  return { exitCode, stdout: "", stderr: "" };
}
