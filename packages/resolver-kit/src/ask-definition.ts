import { attempt } from "./attempt.ts";
import type { CheckedDefinition, Resolution, ResolverContext } from "./definition.ts";
import { isPlainObject } from "./plain-object.ts";
import { isRefusal, refuse } from "./refusal.ts";

/**
 * Asks a resolver's function for ids, until the context's signal. Never rejects: what the function throws becomes
 * `UNAVAILABLE`, unless it is a refusal, and so does what it has not answered at the signal.
 */
export async function askDefinition(
  definition: CheckedDefinition,
  ids: readonly string[],
  context: ResolverContext,
): Promise<ReadonlyMap<string, Resolution>> {
  const unavailable = refuse("UNAVAILABLE");
  const resolutions = new Map<string, Resolution>(ids.map((id) => [id, unavailable]));
  if (ids.length === 0 || context.signal.aborted) return resolutions;

  const refused = (error: unknown): Resolution => {
    if (isRefusal(error)) return error;
    definition.onError(error);
    return unavailable;
  };
  const askAll = async (): Promise<void> => {
    if ("resolveOne" in definition)
      return askEach(ids, definition.concurrency, context.signal, async (id) => {
        resolutions.set(id, await attempt(() => definition.resolveOne(id, context)).catch(refused));
      });
    const resolutionOf = await attempt(() => definition.resolve(ids, context))
      .then(lookUpIn)
      .catch((error: unknown) => constantly(refused(error)));
    for (const id of ids) resolutions.set(id, resolutionOf(id));
  };

  await Promise.race([askAll(), aborted(context.signal)]);
  // A copy: a function that goes on after the signal must not change what is being written.
  return new Map(resolutions);
}

async function askEach(
  ids: readonly string[],
  limit: number,
  signal: AbortSignal,
  ask: (id: string) => Promise<void>,
): Promise<void> {
  // All workers draw from one iterator, so that each id is drawn once.
  const queue = ids.values();
  const worker = async (): Promise<void> => {
    for (const id of queue) {
      if (signal.aborted) return;
      await ask(id);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, ids.length) }, worker));
}

function constantly(resolution: Resolution): () => Resolution {
  return () => resolution;
}

/** How a batch's answer is read: by the keys of a map, or by an object's own. */
function lookUpIn(answer: unknown): (id: string) => Resolution {
  if (answer instanceof Map) return (id) => (answer as ReadonlyMap<string, Resolution>).get(id);
  // An array or a set would look like an object that has none of the ids.
  if (typeof answer !== "object" || answer === null || !isPlainObject(answer))
    throw new TypeError("resolve must answer a map or a plain object");
  const own = new Map(Object.entries(answer as Readonly<Record<string, Resolution>>));
  return (id) => own.get(id);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    // The function may have had it aborted before its first `await`.
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
