import { SecretRefError, type SecretProvider } from "@durar/secretref-schema";
import type { ProviderGroup } from "./provider-groups.ts";

/** The ids of one provider, cut into requests that each keep the limit, and the ids that alone exceed it. */
export interface Batches {
  readonly batches: readonly (readonly string[])[];
  readonly oversized: ReadonlyMap<string, SecretRefError>;
}

/** Cuts ids into batches by the size of the request that the provider would write; one batch where it writes none. */
export function splitBatches({ provider, alias, ids }: ProviderGroup, maxBatchBytes: number): Batches {
  if (provider.requestBytes === undefined) return { batches: [ids], oversized: new Map() };
  const frame = provider.requestBytes(alias, []);
  const batches: string[][] = [];
  const oversized = new Map<string, SecretRefError>();
  let used = Infinity;
  for (const id of ids) {
    const bytes = provider.requestBytes(alias, [id]) - frame;
    if (frame + bytes > maxBatchBytes) {
      oversized.set(id, tooLong(provider, alias, id, maxBatchBytes));
      continue;
    }
    // One byte for the comma before every id but the first.
    if (used + 1 + bytes > maxBatchBytes) {
      batches.push([]);
      used = frame - 1;
    }
    batches.at(-1)?.push(id);
    used += 1 + bytes;
  }
  return { batches, oversized };
}

function tooLong({ source }: SecretProvider, provider: string, id: string, limit: number): SecretRefError {
  return new SecretRefError("SECRET_LIMIT_EXCEEDED", {
    source,
    provider,
    id,
    message: `the request for this id alone is larger than secrets.resolution.maxBatchBytes (${limit})`,
    hint: "raise secrets.resolution.maxBatchBytes",
  });
}
