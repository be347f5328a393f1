import { readDocument } from "@durar/config-document";
import type { ConfigWriteReport, GatewayClient } from "@durar/gateway-client";
import { CommandError } from "../command-error.ts";
import { jsonDocument, type CommandResult, type Surroundings } from "../console.ts";
import type { GivenFlags, outputFlags, submissionFlags } from "../command-line/flags.ts";
import { connectGateway, type GatewayFlags } from "../gateway/gateway-connection.ts";
import { readInput } from "../read-input.ts";
import { counted } from "../counted.ts";
import { warningLine } from "../secrets/secrets-reload-command.ts";

/** The flags of `durar config set`, `config apply` and `config patch`. */
export type ConfigWriteFlags = GatewayFlags & GivenFlags<typeof outputFlags & typeof submissionFlags>;

/** `durar config set|apply|patch`: 0 written and in force, 2 a secret does not resolve, 1 refused otherwise, 69 no gateway. */
export async function configWriteCommand(
  method: "set" | "apply" | "patch",
  flags: ConfigWriteFlags,
  surroundings: Surroundings,
): Promise<CommandResult> {
  if (flags.from === undefined)
    throw new CommandError("USAGE", "--from is missing", "name a file, or - for standard input");
  const { client } = await connectGateway(flags, surroundings);
  const text = await readInput("from", flags.from, surroundings);
  const report = await submit(method, text, flags["base-hash"], client, surroundings.signal);
  if (flags.json === true) return { exitCode: 0, stdout: jsonDocument(report), stderr: "" };
  const { generation, changedPaths, warnings } = report;
  const summary = `written and in force: generation ${generation}, ${counted(changedPaths.length, "path")} changed, ${counted(warnings.length, "warning")}\n`;
  const stdout = flags.quiet === true ? summary : summary + warnings.map(warningLine).join("");
  return { exitCode: 0, stdout, stderr: "" };
}

async function submit(
  method: "set" | "apply" | "patch",
  text: string,
  givenHash: string | undefined,
  client: GatewayClient,
  signal: AbortSignal | undefined,
): Promise<ConfigWriteReport> {
  if (method === "patch") {
    const patch = patchIn(text);
    // It changes what it names and nothing else, so it can be made of the configuration as it is now.
    const baseHash = givenHash ?? (await client.call("config.get", {}, { signal })).hash;
    return client.call("config.patch", { patch, baseHash }, { signal });
  }
  if (givenHash === undefined)
    throw new CommandError(
      "USAGE",
      "--base-hash is missing, and without it somebody else's change could be lost",
      "write the hash that durar config get --json printed with the text you changed",
    );
  return client.call(`config.${method}`, { raw: text, baseHash: givenHash }, { signal });
}

function patchIn(text: string): unknown {
  const result = readDocument(text);
  if (result.ok) return result.document.value;
  throw new CommandError(
    "FILE_UNREADABLE",
    `the patch is neither JSON nor JSON5: ${result.error.message}`,
    "correct it as the message says",
  );
}
