import fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import type { HttpLimits } from "./http-limits.ts";

/** Makes what serves HTTP within bounds, as yet without anything to serve. Bodies are JSON, handed on as bytes. */
export function createHttpApp({ bodyBytes, headMs, requestMs, checkMs }: HttpLimits): FastifyInstance {
  const app = fastify({
    bodyLimit: bodyBytes,
    requestTimeout: requestMs,
    http: { headersTimeout: headMs, requestTimeout: requestMs, connectionsCheckingInterval: checkMs },
    // Fastify's own answer to a path that is none repeats it.
    frameworkErrors: (_error, _request, reply) => {
      void refuse(reply, 400);
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) =>
    done(null, body),
  );
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404));
  // What fastify refuses by itself: 413, 415 and malformed requests. Its words may quote the request.
  app.setErrorHandler((error: { statusCode?: number }, _request, reply) =>
    refuse(reply, error.statusCode ?? 500),
  );
  return app;
}

/**
 * Refuses a request. The connection is closed too: what else of the request is on its way is not waited for.
 *
 * @param error why, in words that hold nothing of the request
 */
export function refuse(reply: FastifyReply, status: number, error = refusals[status]): FastifyReply {
  return reply
    .code(status)
    .header("connection", "close")
    .send({ error: error ?? "the request cannot be served" });
}

const refusals: Readonly<Record<number, string>> = {
  404: "there is nothing at this path",
  413: "the body is larger than 1 MiB",
  415: "the Content-Type must be application/json",
  503: "the gateway is stopping",
};
