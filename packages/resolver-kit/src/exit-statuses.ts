/** Every status that a resolver of this package ends with; one that a signal ends, with 128 and the signal's number. */
export const RESOLVER_EXIT_STATUSES = Object.freeze({
  0: "it answered, whatever became of the single ids",
  64: "usage: it was started on a terminal, or with options it does not take",
  65: "the request is invalid or did not arrive in time",
  70: "a fault of the resolver itself",
  74: "the answer could not be written: nobody reads it any more",
});

/** A status of {@link RESOLVER_EXIT_STATUSES}. */
export type ResolverExitStatus = keyof typeof RESOLVER_EXIT_STATUSES;
