import { isRecord } from "@durar/credential-surface";
import { millisecondsOf, type ServiceAnswer, type ServiceRequest } from "./service.ts";

/** Far more than any of the services answers. */
const MAX_ANSWER_BYTES = 256 * 1024;

/** Why no answer came. What the system or the library says of it is not kept: it may quote the URL, and the URL a token. */
export type NoAnswer = "redirected" | "too large" | "unreachable";

/**
 * Posts JSON and reads the answer. Nothing is followed and nothing repeated.
 *
 * @returns the answer, or why there is none
 * @throws what the signal is aborted with
 */
export async function postJson(
  baseUrl: string,
  { path, headers, body }: ServiceRequest,
  signal: AbortSignal,
): Promise<ServiceAnswer | NoAnswer> {
  try {
    const response = await fetch(`${baseUrl.replace(/\/+$/, "")}${path}`, {
      method: "POST",
      headers: { ...headers, accept: "application/json", "content-type": "application/json" },
      body: JSON.stringify(body),
      redirect: "manual",
      signal,
    });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      return "redirected";
    }
    const text = await readText(response);
    if (text === undefined) return "too large";
    const seconds = response.headers.get("retry-after");
    return {
      status: response.status,
      retryAfterMs: seconds === null || seconds === "" ? undefined : millisecondsOf(Number(seconds)),
      body: parsed(text),
    };
  } catch {
    signal.throwIfAborted();
    return "unreachable";
  }
}

async function readText({ body }: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += (chunk as Uint8Array).length;
    if (bytes > MAX_ANSWER_BYTES) return undefined;
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString();
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
