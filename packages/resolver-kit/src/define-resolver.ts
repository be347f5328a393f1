import { answerRequest, type ResolverAnswer } from "./answer.ts";
import { startDeadline } from "./deadline.ts";
import { checkDefinition, type ResolverDefinition } from "./definition.ts";
import { ResolverError } from "./errors.ts";
import { parseRequest, type ResolverRequest } from "./parse-request.ts";
import { runResolver } from "./run-resolver.ts";

/** A resolver of protocol version 1. Making one does nothing yet. */
export interface Resolver {
  /**
   * Makes this process the resolver: reads the request from standard input, writes the answer to standard output, and
   * ends the process with a status of `RESOLVER_EXIT_STATUSES`. On a terminal it prints its usage instead.
   *
   * From the call on, what else is printed to standard output goes to standard error.
   */
  run(): Promise<never>;
  /**
   * Answers a request as `run` would, in this process and without printing: for tests.
   *
   * @throws RESOLVER_REQUEST_INVALID
   */
  answer(request: ResolverRequest, options?: { readonly signal?: AbortSignal }): Promise<ResolverAnswer>;
}

/**
 * Defines a resolver by a function for a batch of ids (`resolve`) or for one (`resolveOne`).
 *
 * The function answers a string, a plain object, a refusal (`refuse("PERMISSION_DENIED")`), or `undefined` for a secret
 * that does not exist. What it throws becomes `UNAVAILABLE`; nothing of the error reaches the answer or is printed.
 *
 * @throws RESOLVER_DEFINITION_INVALID
 *
 * @example
 * await defineResolver({ resolveOne: (id) => vault.get(id) }).run();
 */
export function defineResolver(definition: ResolverDefinition): Resolver {
  const checked = checkDefinition(definition);
  return Object.freeze({
    run: () => runResolver(checked),
    answer: async (
      { provider, ids }: ResolverRequest,
      { signal }: { readonly signal?: AbortSignal } = {},
    ) => {
      const bytes = Buffer.from(JSON.stringify({ protocolVersion: 1, provider, ids }));
      const parsed = parseRequest(bytes);
      if (!parsed.ok) throw new ResolverError("RESOLVER_REQUEST_INVALID", parsed.rule);
      const deadline = startDeadline(checked.timeoutMs, signal);
      try {
        return await answerRequest(checked, parsed.request, deadline.signal);
      } finally {
        deadline.stop();
      }
    },
  });
}
