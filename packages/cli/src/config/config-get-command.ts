import { parsePath, valueAt } from "@durar/credential-surface";
import { CommandError } from "../command-error.ts";
import { jsonDocument, type CommandResult, type Surroundings } from "../console.ts";
import type { GivenFlags, outputFlags } from "../command-line/flags.ts";
import { connectGateway, type GatewayFlags } from "../gateway/gateway-connection.ts";

/** The flags of `durar config get`. */
export type ConfigGetFlags = GatewayFlags & GivenFlags<typeof outputFlags>;

/** `durar config get [path]`: the configuration, redacted; with a path, the value there as JSON. */
export async function configGetCommand(
  flags: ConfigGetFlags,
  path: string,
  surroundings: Surroundings,
): Promise<CommandResult> {
  const { client } = await connectGateway(flags, surroundings);
  const report = await client.call("config.get", {}, { signal: surroundings.signal });
  if (path !== "") return { exitCode: 0, stdout: jsonDocument(valueIn(report.config, path)), stderr: "" };
  if (flags.json === true) return { exitCode: 0, stdout: jsonDocument(report), stderr: "" };
  return { exitCode: 0, stdout: report.raw, stderr: "" };
}

/** What was asked for may be a secret in the wrong place: it is not repeated. */
function valueIn(config: unknown, text: string): unknown {
  const path = parsePath(text);
  if (path === undefined)
    throw new CommandError(
      "USAGE",
      "the path is malformed",
      'write it as gateway.auth.token or channels["a.b"].token',
    );
  const value = valueAt(config, path);
  if (value === undefined)
    throw new CommandError(
      "PATH_ABSENT",
      "nothing stands at this path",
      "see durar config get for what does",
    );
  return value;
}
