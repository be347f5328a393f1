import type { IncomingMessage } from "node:http";
import type { DurarError } from "@durar/secretref-schema";
import type { Deadline } from "./deadline.ts";
import { gatewayError } from "./errors.ts";
import { createEventParser } from "./event-parser.ts";
import { readGatewayEvent } from "./gateway-event.ts";
import type { GatewayEvent } from "./methods.ts";
import type { CleanText } from "./received-text.ts";
import { statusError } from "./status-error.ts";

/** The longest event that is read, in UTF-16 units: 1 Mi. */
const EVENT_MAX_LENGTH = 1024 * 1024;

/**
 * Reads the events of an answer until the gateway ends it; an event cut off by the end is dropped. Each line that
 * ends, a heartbeat too, starts the deadline anew; it rests while the caller is busy with an event.
 */
export async function* readEventStream(
  response: IncomingMessage,
  place: string,
  clean: CleanText,
  deadline: Deadline,
): AsyncGenerator<GatewayEvent, void> {
  if (response.statusCode !== 200) throw statusError(place, response.statusCode);
  if (!/^text\/event-stream\b/i.test(response.headers["content-type"] ?? ""))
    throw protocolError(place, "no event stream");
  const decode = createDecoder();
  const parser = createEventParser(EVENT_MAX_LENGTH);
  for await (const chunk of response as AsyncIterable<Buffer>) {
    const text = decode(chunk);
    if (text === undefined) throw protocolError(place, "no UTF-8");
    const stretch = parser.push(text);
    if (stretch === undefined) throw protocolError(place, "an event that is too long");
    for (const data of stretch.data) {
      const event = readGatewayEvent(data, clean);
      if (event === undefined) throw protocolError(place, "an event in another form");
      deadline.pause();
      yield event;
      deadline.restart();
    }
    if (stretch.lineEnded) deadline.restart();
  }
}

function protocolError(place: string, what: string): DurarError {
  return gatewayError("GATEWAY_PROTOCOL", `what answers at ${place} sent ${what} on /events`);
}

/** Decodes UTF-8 chunk by chunk, wherever it is cut; `undefined` for what is none. */
function createDecoder(): (chunk: Uint8Array) => string | undefined {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  return (chunk) => {
    try {
      return decoder.decode(chunk, { stream: true });
    } catch {
      return undefined;
    }
  };
}
