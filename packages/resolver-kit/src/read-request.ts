import { addAbortSignal, type Readable } from "node:stream";
import { ResolverError } from "./errors.ts";
import { parseRequest, type ResolverRequest } from "./parse-request.ts";

/** What the largest batch that a caller can configure takes. */
const MAX_REQUEST_BYTES = 5 * 1024 * 1024;

/**
 * Reads the request from a stream to its end, however slowly it comes.
 *
 * @throws RESOLVER_REQUEST_INVALID for one that is too large, breaks the protocol, or is not there at the signal
 */
export async function readRequest(input: Readable, signal: AbortSignal): Promise<ResolverRequest> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of addAbortSignal(signal, input) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MAX_REQUEST_BYTES) throw invalid(`the request is larger than ${MAX_REQUEST_BYTES} bytes`);
    }
  } catch (error) {
    if (error instanceof ResolverError) throw error;
    throw invalid(signal.aborted ? "the request did not arrive in time" : "the request could not be read");
  }
  const parsed = parseRequest(Buffer.concat(chunks));
  if (!parsed.ok) throw invalid(parsed.rule);
  return parsed.request;
}

function invalid(rule: string): ResolverError {
  return new ResolverError("RESOLVER_REQUEST_INVALID", rule);
}
