/** What bounds a server's work for strangers. */
export interface HttpLimits {
  /** Bytes of a request's body, at most. @default 1 MiB */
  readonly bodyBytes: number;
  /** Milliseconds for a request's head to arrive. @default 10_000 */
  readonly headMs: number;
  /** Milliseconds for a whole request to arrive. @default 30_000 */
  readonly requestMs: number;
  /** Every so many milliseconds it is seen who is late. @default 5_000 */
  readonly checkMs: number;
  /** Connections over TCP at a time, so that strangers cannot use up what the owner's socket needs. @default 1_000 */
  readonly tcpConnections: number;
  /** Milliseconds that requests being served have once the server closes. @default 5_000 */
  readonly drainMs: number;
  /** Milliseconds between signs of life in an event stream. @default 15_000 */
  readonly heartbeatMs: number;
}

/** The defaults of {@link HttpLimits}. */
export const HTTP_LIMITS: HttpLimits = Object.freeze({
  bodyBytes: 1024 * 1024,
  headMs: 10_000,
  requestMs: 30_000,
  checkMs: 5_000,
  tcpConnections: 1_000,
  drainMs: 5_000,
  heartbeatMs: 15_000,
});
