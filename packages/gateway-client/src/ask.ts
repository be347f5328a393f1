import { startDeadline } from "./deadline.ts";
import type { Endpoint } from "./endpoint.ts";
import { openExchange, type GatewayRequest } from "./exchange.ts";
import { readJsonBody } from "./read-body.ts";
import { statusError } from "./status-error.ts";

/** What a request may take, and which statuses carry an answer. */
export interface AskLimits {
  /** Milliseconds for all of it: connecting, the head and the body. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly statuses: readonly number[];
}

/** Sends one request and answers the JSON of its answer. */
export async function ask(endpoint: Endpoint, request: GatewayRequest, limits: AskLimits): Promise<unknown> {
  const { timeoutMs, signal, statuses } = limits;
  const overdue = `the gateway at ${endpoint.place} gave no whole answer within ${timeoutMs} ms`;
  const deadline = startDeadline({ timeoutMs, signals: [signal], overdue });
  try {
    const { response, explain, close } = await openExchange(endpoint, request, deadline);
    try {
      if (!statuses.includes(response.statusCode ?? 0))
        throw statusError(endpoint.place, response.statusCode);
      return await readJsonBody(response, endpoint.place);
    } catch (error) {
      throw explain(error);
    } finally {
      close();
    }
  } finally {
    deadline.end();
  }
}
