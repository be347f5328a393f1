import { isDurarError, printable } from "@durar/secretref-schema";
import { jsonDocument, painter, type CommandResult, type Surroundings } from "../console.ts";
import type { GivenFlags, outputFlags } from "../command-line/flags.ts";
import { checkedStatus } from "./checked-answer.ts";
import { connectGateway, type GatewayFlags } from "./gateway-connection.ts";
import { paintState } from "../paint-state.ts";

/** The flags of `durar gateway status`. */
export type GatewayStatusFlags = GatewayFlags & GivenFlags<typeof outputFlags>;

/** `durar gateway status`: 0 where it runs, 69 where it does not. */
export async function gatewayStatusCommand(
  flags: GatewayStatusFlags,
  surroundings: Surroundings,
): Promise<CommandResult> {
  const { client, place } = await connectGateway(flags, surroundings);
  const paint = painter(surroundings, flags["no-color"] !== true);
  try {
    const { signal } = surroundings;
    const { state, generation, gateway } = checkedStatus(await client.call("secrets.status", {}, { signal }));
    if (flags.json === true)
      return {
        exitCode: 0,
        stdout: jsonDocument({ running: true, ...gateway, state, generation }),
        stderr: "",
      };
    const tcp = gateway.tcp === undefined ? "" : ` and ${gateway.tcp.host} port ${gateway.tcp.port}`;
    const stdout = `running: pid ${gateway.pid}, ${paintState(state, paint)}, generation ${generation}, on ${printable(gateway.socket)}${tcp}\n`;
    return { exitCode: 0, stdout, stderr: "" };
  } catch (error) {
    if (!isDurarError(error) || error.code !== "GATEWAY_UNREACHABLE") throw error;
    const stdout =
      flags.json === true
        ? jsonDocument({ running: false, ...place })
        : `not running: ${printable(Object.values(place).join())}\n`;
    return { exitCode: 69, stdout, stderr: "" };
  }
}
