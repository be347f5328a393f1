import { gatewayError } from "./errors.ts";
import type { Endpoint } from "./endpoint.ts";

/**
 * The `Authorization` header of an endpoint, if it has a credential. A header holds bytes; the credential's are those
 * of its UTF-8 form, which Node takes one character each.
 */
export function credentialHeader({ credential }: Endpoint): Readonly<Record<string, string>> {
  if (credential === undefined) return {};
  const bytes = Buffer.from(credential.reveal()).toString("latin1");
  if (/[^\t\x20-\x7e\x80-\xff]/.test(bytes))
    throw gatewayError("GATEWAY_UNAUTHORIZED", "the credential for the gateway holds a control character", {
      hint: "remove line breaks and other control characters from the credential",
    });
  return { Authorization: `Bearer ${bytes}` };
}
