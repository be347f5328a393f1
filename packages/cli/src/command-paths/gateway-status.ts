import type { SecretsStatus } from "@durar/gateway-client";
import { isDurarError } from "@durar/secretref-schema";
import type { Surroundings } from "../console.ts";
import { checkedStatus } from "../gateway/checked-answer.ts";
import type { AskedGateway } from "./open-command-path.ts";

/** What the gateway says of itself; nothing where it has gone since it was asked for the secrets, or says what it cannot. */
export async function gatewayStatus(
  { client }: AskedGateway,
  { signal }: Surroundings,
): Promise<SecretsStatus | undefined> {
  try {
    return checkedStatus(await client.call("secrets.status", {}, { signal }));
  } catch (error) {
    signal?.throwIfAborted();
    if (!isDurarError(error)) throw error;
    return undefined;
  }
}
