import { startDeadline } from "./deadline.ts";
import type { Endpoint } from "./endpoint.ts";
import { openExchange, type Exchange, type GatewayRequest } from "./exchange.ts";
import type { GatewayEvent } from "./methods.ts";
import { readEventStream } from "./read-event-stream.ts";
import type { CleanText } from "./received-text.ts";

const eventsRequest: GatewayRequest = Object.freeze({
  method: "GET",
  path: "/events",
  accept: "text/event-stream",
  authorized: true,
});

/** How long a stream may be silent, and who may end it. */
export interface WatchLimits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Opens a stream of events at each iteration, at its first step, and closes it with the iteration. */
export function watchEvents(
  endpoint: Endpoint,
  clean: CleanText,
  { timeoutMs, signal }: WatchLimits,
): AsyncIterable<GatewayEvent> {
  return {
    [Symbol.asyncIterator]() {
      const closing = new AbortController();
      const events = readEvents(endpoint, clean, { timeoutMs, signal, closed: closing.signal });
      return {
        next: () => events.next(),
        // A generator would first wait for the event it is asked for, which may be long in coming.
        return() {
          closing.abort();
          return events.return(undefined);
        },
      };
    },
  };
}

async function* readEvents(
  endpoint: Endpoint,
  clean: CleanText,
  { timeoutMs, signal, closed }: WatchLimits & { readonly closed: AbortSignal },
): AsyncGenerator<GatewayEvent, undefined> {
  const overdue = `the gateway at ${endpoint.place} sent nothing for ${timeoutMs} ms`;
  const deadline = startDeadline({ timeoutMs, signals: [signal, closed], overdue });
  let exchange: Exchange | undefined;
  try {
    exchange = await openExchange(endpoint, eventsRequest, deadline);
    yield* readEventStream(exchange.response, endpoint.place, clean, deadline);
  } catch (error) {
    if (closed.aborted) return;
    throw exchange?.explain(error) ?? error;
  } finally {
    exchange?.close();
    deadline.end();
  }
}
