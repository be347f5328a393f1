import type { IncomingMessage } from "node:http";
import { gatewayError } from "./errors.ts";

/** The most bytes an answer may have: 16 MiB. */
const ANSWER_MAX_BYTES = 16 * 1024 * 1024;

/** Reads an answer to its end and parses it. JSON's own errors quote the text, so they do not travel. */
export async function readJsonBody(response: IncomingMessage, place: string): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ANSWER_MAX_BYTES)
      throw gatewayError("GATEWAY_PROTOCOL", `the answer of the gateway at ${place} is larger than 16 MiB`);
    chunks.push(chunk);
  }
  const body = parseJson(Buffer.concat(chunks));
  if (body === undefined)
    throw gatewayError("GATEWAY_PROTOCOL", `the answer of the gateway at ${place} is not JSON in UTF-8`);
  return body.value;
}

function parseJson(bytes: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) };
  } catch {
    return undefined;
  }
}
