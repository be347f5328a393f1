/** The version of the exec protocol that this package speaks. */
export const EXEC_PROTOCOL_VERSION = 1;

/** What a resolver gets on standard input: one line of JSON, then end of file. */
export interface ExecRequest {
  readonly protocolVersion: typeof EXEC_PROTOCOL_VERSION;
  /** The provider alias. */
  readonly provider: string;
  readonly ids: readonly string[];
}

/** The codes a resolver may report for an id; any other is not shown. */
export const EXEC_REPORTED_CODES = Object.freeze([
  "NOT_FOUND",
  "PERMISSION_DENIED",
  "AMBIGUOUS",
  "UNAVAILABLE",
  "INVALID_ID",
] as const);

/** A code of {@link EXEC_REPORTED_CODES}. */
export type ExecReportedCode = (typeof EXEC_REPORTED_CODES)[number];

/** What a resolver says of one id it could not resolve. The message never travels further than the reader. */
export interface ExecResponseError {
  readonly code: ExecReportedCode | undefined;
}

/** A read response. Both maps hold only what the resolver's own keys said. */
export interface ExecResponse {
  readonly values: ReadonlyMap<string, unknown>;
  readonly errors: ReadonlyMap<string, ExecResponseError>;
}

/** The request line for these ids, with its line feed. */
export function encodeExecRequest(provider: string, ids: readonly string[]): string {
  const request: ExecRequest = { protocolVersion: EXEC_PROTOCOL_VERSION, provider, ids };
  return `${JSON.stringify(request)}\n`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a JSON value declares itself a protocol message, of whatever version. */
export function declaresExecProtocol(value: unknown): boolean {
  return isObject(value) && Object.hasOwn(value, "protocolVersion");
}

/**
 * Reads a response; only own properties count, so an id may be `constructor` or `__proto__`.
 * @returns the response, or the rule it breaks, in words that never quote it
 */
export function parseExecResponse(
  value: unknown,
): { readonly ok: true; readonly response: ExecResponse } | { readonly ok: false; readonly rule: string } {
  const own = (key: string): unknown =>
    isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  if (!isObject(value)) return { ok: false, rule: "the answer must be a JSON object" };
  if (own("protocolVersion") !== EXEC_PROTOCOL_VERSION)
    return { ok: false, rule: `the answer's protocolVersion must be ${EXEC_PROTOCOL_VERSION}` };
  const values = own("values");
  const errors = own("errors");
  if (values !== undefined && !isObject(values))
    return { ok: false, rule: "the answer's values must be an object" };
  if (errors !== undefined && !isObject(errors))
    return { ok: false, rule: "the answer's errors must be an object" };
  if (values === undefined && errors === undefined)
    return { ok: false, rule: "the answer must have values, errors or both" };
  return {
    ok: true,
    response: {
      values: new Map(Object.entries(values ?? {})),
      errors: new Map(Object.entries(errors ?? {}).map(([id, error]) => [id, { code: reportedCode(error) }])),
    },
  };
}

function reportedCode(error: unknown): ExecReportedCode | undefined {
  if (!isObject(error) || !Object.hasOwn(error, "code")) return undefined;
  return EXEC_REPORTED_CODES.find((code) => code === error["code"]);
}
