import { printable, type DurarError } from "@durar/secretref-schema";
import { gatewayError, type GatewayErrorCode } from "../../errors.ts";
import type { TransportFailure } from "./process-transport.ts";

/** A failure of an MCP server, in our own words: what the server says is in none. */
export function mcpFailure(code: GatewayErrorCode, server: string, what: string): DurarError {
  return gatewayError(code, `the MCP server ${printable(server)} ${what}`);
}

/** What it means that a connection has ended. */
export function closedFailure(server: string, failure: TransportFailure | undefined): DurarError {
  const [code, what] = failure === undefined ? ENDED : TRANSPORT_FAILURES[failure];
  return mcpFailure(code, server, what);
}

/** An error that a server answered with, or an answer that is none. */
export function answerFailure(server: string, error: unknown): DurarError {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  if (typeof code !== "number")
    return mcpFailure("MCP_PROTOCOL", server, "answers with something else than MCP");
  const shown = KNOWN_CODES.has(code) ? ` (${String(code)})` : "";
  return mcpFailure("MCP_REQUEST_REFUSED", server, `answers with an error${shown}`);
}

/** The codes that JSON-RPC itself defines; any other could be anything. */
const KNOWN_CODES: ReadonlySet<number> = new Set([-32_700, -32_600, -32_601, -32_602, -32_603]);

type Meaning = readonly [code: GatewayErrorCode, what: string];

const ENDED: Meaning = ["MCP_SERVER_ENDED", "has ended"];

const TRANSPORT_FAILURES: Readonly<Record<TransportFailure, Meaning>> = {
  "not-found": ["MCP_START_FAILED", "cannot be started: its command or working directory is not there"],
  "not-allowed": ["MCP_START_FAILED", "cannot be started: its command may not be executed"],
  "not-startable": ["MCP_START_FAILED", "cannot be started"],
  "too-large": ["MCP_PROTOCOL", "sent a message of more than 8 MiB"],
  deaf: ["MCP_PROTOCOL", "does not read what it is sent"],
};
