import { Secret, type SecretAnswer, type SecretProvider } from "@durar/secretref-schema";
import type { Move } from "./moves.ts";

/** Providers that answer moved values of files as if they had been added already, and ask for all others. */
export function withMovedValues(
  providers: readonly SecretProvider[],
  moves: readonly Move[],
): readonly SecretProvider[] {
  const moved = new Map<string, Map<string, Secret>>();
  for (const { ref, value } of moves) {
    if (ref.source !== "file") continue;
    const ofProvider = moved.get(ref.provider) ?? new Map<string, Secret>();
    moved.set(ref.provider, ofProvider.set(ref.id, new Secret(value)));
  }
  if (moved.size === 0) return providers;
  return providers.map((provider) => {
    if (provider.source !== "file") return provider;
    return {
      source: provider.source,
      check: (check) => (moved.has(check.provider) ? Promise.resolve(undefined) : provider.check(check)),
      resolve: async (request) => {
        const values = moved.get(request.provider);
        if (values === undefined) return provider.resolve(request);
        const others = request.ids.filter((id) => !values.has(id));
        const answers = others.length === 0 ? undefined : await provider.resolve({ ...request, ids: others });
        const answerTo = (id: string): SecretAnswer | undefined => {
          const value = values.get(id);
          return value === undefined ? answers?.get(id) : { ok: true, value };
        };
        return new Map(
          request.ids.flatMap((id) => {
            const answer = answerTo(id);
            return answer === undefined ? [] : [[id, answer] as const];
          }),
        );
      },
    };
  });
}
