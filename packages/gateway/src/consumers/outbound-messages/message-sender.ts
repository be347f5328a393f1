import { setTimeout as sleep } from "node:timers/promises";
import type { OutboundMessage, SentMessage } from "@durar/gateway-client";
import type { Snapshot } from "@durar/snapshot";
import { gatewayError, type GatewayErrorCode } from "../../errors.ts";
import { postJson, type NoAnswer } from "./post-json.ts";
import { RateLimits } from "./rate-limits.ts";
import { sendingPlace, type SendingPlace } from "./sending-place.ts";
import type { MessageService, Outcome } from "./service.ts";
import { SERVICES } from "./services.ts";

export interface MessageSenderParts {
  /** What is in force; asked at each attempt. */
  readonly snapshot: () => Snapshot;
  /** Milliseconds for one message. */
  readonly timeoutMs: number;
}

/** Sends messages, each with what is in force when it goes out. */
export class MessageSender {
  readonly #snapshot: () => Snapshot;
  readonly #timeoutMs: number;
  readonly #limits = new RateLimits(() => performance.now());

  constructor({ snapshot, timeoutMs }: MessageSenderParts) {
    this.#snapshot = snapshot;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Sends one message once. Where the service limits the rate, it waits as long as the service says, if the time for the
   * message allows.
   *
   * @throws DurarError one of the `MESSAGE_` codes
   */
  async send(message: OutboundMessage, signal: AbortSignal): Promise<SentMessage> {
    const service = SERVICES[message.channel];
    const problems = service.problems(message).map(({ parameter, rule }) => `${parameter} ${rule}`);
    if (problems.length > 0) throw messageError("MESSAGE_INVALID", problems.join("; "));
    const ends = performance.now() + this.#timeoutMs;
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(this.#timeoutMs)]);
    for (;;) {
      const place = sendingPlace(this.#snapshot(), service, message);
      checkCredential(service, place);
      const waitMs = this.#limits.waitMs(place.baseUrl, place.token);
      if (performance.now() + waitMs > ends) throw rateLimited(service, waitMs);
      if (waitMs > 0) {
        // What is in force then may be another credential.
        await sleep(waitMs, undefined, { signal });
        continue;
      }
      const outcome = await this.#attempt(service, place, message, deadline, signal);
      if (outcome.kind === "sent")
        return { ok: true, channel: service.channel, messageId: outcome.messageId };
      if (outcome.kind !== "limited") throw failureOf(service, place, outcome);
      this.#limits.limit(place.baseUrl, place.token, Math.max(outcome.retryAfterMs, MIN_WAIT_MS));
    }
  }

  async #attempt(
    service: MessageService,
    { baseUrl, token }: SendingPlace,
    message: OutboundMessage,
    deadline: AbortSignal,
    signal: AbortSignal,
  ): Promise<Outcome> {
    let answer;
    try {
      answer = await postJson(baseUrl, service.request(message, token), deadline);
    } catch {
      signal.throwIfAborted();
      throw messageError(
        "MESSAGE_TIMEOUT",
        `${service.channel} did not answer within ${String(this.#timeoutMs)} ms; the message may have been sent`,
      );
    }
    if (typeof answer === "string")
      throw messageError("MESSAGE_UNREACHABLE", `${service.channel} ${NO_ANSWER[answer]}`);
    return service.read(answer);
  }
}

/** The least that is waited where a service says to wait for no time at all. */
const MIN_WAIT_MS = 100;

const NO_ANSWER: Readonly<Record<NoAnswer, string>> = {
  redirected: "answered with a redirect, which is not followed",
  "too large": "answered with more than its interface ever does",
  unreachable: "could not be reached, or closed the connection before it answered",
};

/** What else stood in a credential would be sent as something else than a credential. */
function checkCredential({ channel, credential }: MessageService, { token, path }: SendingPlace): void {
  if (credential.test(token)) return;
  const message = `${path ?? "the token of the message"} holds a character that no credential of ${channel} has`;
  throw messageError("MESSAGE_CREDENTIAL_REFUSED", message, path);
}

function failureOf(
  { channel }: MessageService,
  { path }: SendingPlace,
  outcome: Exclude<Outcome, { readonly kind: "sent" | "limited" }>,
) {
  switch (outcome.kind) {
    case "unauthorized":
      return messageError(
        "MESSAGE_CREDENTIAL_REFUSED",
        `${channel} does not accept ${path ?? "the token of the message"}`,
        path,
      );
    case "refused":
      return messageError("MESSAGE_REFUSED", `${channel} ${outcome.reason}`);
    case "unknown":
      return messageError("MESSAGE_UNREACHABLE", `what answers is not the interface of ${channel}`);
  }
}

function rateLimited({ channel }: MessageService, waitMs: number) {
  const seconds = Math.ceil(waitMs / 1_000);
  return messageError("MESSAGE_RATE_LIMITED", `${channel} takes no message for another ${String(seconds)} s`);
}

function messageError(code: GatewayErrorCode, message: string, path?: string) {
  return gatewayError(code, message, path === undefined ? {} : { paths: [path] });
}
