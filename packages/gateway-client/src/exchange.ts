import { request as requestPlain, type ClientRequest, type IncomingMessage } from "node:http";
import { request as requestSecure } from "node:https";
import { isDurarError, type DurarError } from "@durar/secretref-schema";
import { credentialHeader } from "./credential-header.ts";
import type { Deadline } from "./deadline.ts";
import type { Endpoint } from "./endpoint.ts";
import { connectionError } from "./connection-error.ts";
import { gatewayError } from "./errors.ts";
import { checkSocketOwner } from "./socket-owner.ts";

/** What is asked of a gateway. */
export interface GatewayRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly accept: "application/json" | "text/event-stream";
  /** Whether the credential goes with it: what is open to all gets none. */
  readonly authorized: boolean;
  /** JSON, in bytes: before a text, Node would write the header in UTF-8 too, and the credential in it twice encoded. */
  readonly body?: Uint8Array | undefined;
}

/** A request whose answer has begun, on a connection of its own. */
export interface Exchange {
  readonly response: IncomingMessage;
  /** Turns what reading the answer threw into the error to throw. */
  readonly explain: (error: unknown) => DurarError;
  /** Closes the connection, however far the answer has come. */
  readonly close: () => void;
}

/** Sends a request and waits for the head of its answer. Redirects are answers like others. */
export async function openExchange(
  endpoint: Endpoint,
  { method, path, accept, authorized, body }: GatewayRequest,
  deadline: Deadline,
): Promise<Exchange> {
  deadline.signal.throwIfAborted();
  if ("socketPath" in endpoint.target) checkSocketOwner(endpoint.target.socketPath);
  const request = (endpoint.secure ? requestSecure : requestPlain)({
    ...endpoint.target,
    method,
    path,
    headers: {
      Host: endpoint.host,
      Accept: accept,
      // On every request, since no web page can send it to another site unasked.
      "Content-Type": "application/json",
      ...(body === undefined ? {} : { "Content-Length": body.length }),
      ...(authorized ? credentialHeader(endpoint) : {}),
    },
    // A connection of its own that is closed at the end, so that none keeps the process alive.
    agent: false,
    // Whatever NODE_TLS_REJECT_UNAUTHORIZED says: a credential is sent over it.
    rejectUnauthorized: true,
    signal: deadline.signal,
  });
  // The parser tells only the request what was wrong with an answer; the answer itself just ends.
  let failure: Error | undefined;
  request.on("error", (error) => (failure ??= error));
  const explain = (error: unknown): DurarError =>
    deadline.signal.aborted
      ? (deadline.signal.reason as DurarError)
      : connectionError(endpoint, isDurarError(error) ? error : (failure ?? error));
  try {
    const response = await answerHead(request, endpoint.place, body);
    return { response, explain, close: () => void request.destroy() };
  } catch (error) {
    request.destroy();
    throw explain(error);
  }
}

function answerHead(
  request: ClientRequest,
  place: string,
  body: Uint8Array | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once("response", resolve);
    request.once("error", reject);
    request.once("upgrade", (_answer, socket) => {
      // Node has handed the connection over and no longer closes it.
      socket.destroy();
      reject(gatewayError("GATEWAY_PROTOCOL", `what answers at ${place} switched to another protocol`));
    });
    request.end(body);
  });
}
