import { isDurarError, printable } from "@durar/secretref-schema";
import type { Layout } from "@durar/durar-config";
import { createGatewayClient, gatewaySocketPath } from "@durar/gateway-client";
import type { Surroundings } from "../console.ts";

/** What became of a running gateway after its files were changed. */
export type ReloadOutcome =
  | { readonly status: "reloaded"; readonly generation: number }
  /** None runs on this state directory. */
  | { readonly status: "not-running" }
  | { readonly status: "failed"; readonly code: string; readonly message: string }
  /** There was nothing to reload for, or it was not wanted. */
  | { readonly status: "skipped" };

/** Has the gateway of a state directory, where one runs, read its configuration and secrets again. */
export async function reloadGateway(
  { stateDirectory }: Layout,
  { environment, signal }: Surroundings,
): Promise<ReloadOutcome> {
  try {
    const socket = gatewaySocketPath(stateDirectory, environment);
    const client = createGatewayClient({ socket, timeoutMs: 60_000 });
    const { generation } = await client.call("secrets.reload", {}, { signal });
    return { status: "reloaded", generation };
  } catch (error) {
    if (!isDurarError(error)) throw error;
    if (error.code === "GATEWAY_UNREACHABLE") return { status: "not-running" };
    return { status: "failed", code: error.code, message: printable(error.message) };
  }
}

/** The outcome in one line. */
export function reloadLine(outcome: ReloadOutcome): string {
  switch (outcome.status) {
    case "reloaded":
      return `the running gateway has reloaded: generation ${outcome.generation}\n`;
    case "not-running":
      return "no gateway is running; the next one starts with this\n";
    case "failed":
      return `the running gateway could not reload and keeps what it had: ${outcome.message} [${outcome.code}]\n`;
    case "skipped":
      return "";
  }
}
