import type { OutboundMessage } from "@durar/gateway-client";

/** One service that takes messages over HTTP. */
export interface MessageService {
  readonly channel: OutboundMessage["channel"];
  /** The field of the channel, and of each of its accounts, that holds the credential. */
  readonly field: string;
  /** Where its interface is, unless the configuration says otherwise. */
  readonly baseUrl: string;
  /** What a credential of this service consists of. Nothing else can reach a header or a path. */
  readonly credential: RegExp;
  /** The parameters that this service cannot take as they are, each with its rule. */
  problems(message: OutboundMessage): readonly ParameterProblem[];
  request(message: OutboundMessage, token: string): ServiceRequest;
  read(answer: ServiceAnswer): Outcome;
}

/** A parameter and the rule that it breaks; its value is not repeated. */
export interface ParameterProblem {
  readonly parameter: keyof OutboundMessage;
  readonly rule: string;
}

/** What is posted, as JSON. */
export interface ServiceRequest {
  /** Behind the base URL. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What came back. */
export interface ServiceAnswer {
  readonly status: number;
  /** Milliseconds of the `Retry-After` header (RFC 9110, 10.2.3), where it is there as a number of seconds. */
  readonly retryAfterMs: number | undefined;
  /** Parsed JSON; an empty object where it is none. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** What an answer means. Of a service's own words none is kept. */
export type Outcome =
  | { readonly kind: "sent"; readonly messageId: string }
  | { readonly kind: "limited"; readonly retryAfterMs: number }
  /** The service does not take the credential. */
  | { readonly kind: "unauthorized" }
  | { readonly kind: "refused"; readonly reason: string }
  /** It is no answer of this service. */
  | { readonly kind: "unknown" };

/** How long to wait where a service limits the rate and does not say for how long. */
const USUAL_WAIT_MS = 1_000;

/** What the status alone says, of an answer that is no success. */
export function outcomeOfStatus(
  { status, retryAfterMs }: ServiceAnswer,
  statedMs: number | undefined,
): Outcome {
  if (status === 429) return { kind: "limited", retryAfterMs: statedMs ?? retryAfterMs ?? USUAL_WAIT_MS };
  if (status === 401) return { kind: "unauthorized" };
  return { kind: "refused", reason: `answered with status ${String(status)}` };
}

/** The longest time that a service is believed: a day. */
const LONGEST_SECONDS = 86_400;

/** A number of seconds as milliseconds, those of a day at most; `undefined` for anything else. */
export function millisecondsOf(seconds: unknown): number | undefined {
  return typeof seconds === "number" && seconds >= 0
    ? Math.ceil(Math.min(seconds, LONGEST_SECONDS) * 1_000)
    : undefined;
}
