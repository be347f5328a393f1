import type { FieldChange } from "@durar/apply";
import type { JsonValue } from "@durar/config-document";
import type { Path } from "@durar/credential-surface";
import { escapeTemplate, type Secret, type SecretRef } from "@durar/secretref-schema";

/** How clients prove who they are. */
export type AuthMode = "token" | "password";

/** Where a credential is kept: elsewhere, or in the configuration itself. */
export type Keeping =
  | { readonly kind: "ref"; readonly ref: SecretRef }
  | { readonly kind: "plaintext"; readonly value: Secret<string> };

/** The authentication of the gateway: as it is, or one that is set. */
export type AuthAnswer =
  { readonly kind: "keep" } | { readonly kind: "set"; readonly mode: AuthMode; readonly keeping: Keeping };

/** The key of one model provider, or of none. */
export type KeyAnswer =
  { readonly kind: "none" } | { readonly kind: "set"; readonly provider: string; readonly keeping: Keeping };

/** Everything that onboarding asks for. */
export interface Answers {
  readonly auth: AuthAnswer;
  readonly key: KeyAnswer;
}

/** Where the gateway's own credential stands. */
export function authPath(mode: AuthMode): Path {
  return ["gateway", "auth", mode];
}

/** Where the key of a model provider stands. */
export function keyPath(provider: string): Path {
  return ["models", "providers", provider, "apiKey"];
}

/** What a configuration is to hold by an answer about the gateway. */
export function authFields(auth: AuthAnswer): readonly FieldChange[] {
  if (auth.kind === "keep") return [];
  const { mode, keeping } = auth;
  return [
    { path: ["gateway", "auth", "mode"], value: mode },
    { path: authPath(mode), value: written(keeping) },
  ];
}

/** What a configuration is to hold by an answer about a model provider. */
export function keyFields(key: KeyAnswer): readonly FieldChange[] {
  return key.kind === "none" ? [] : [{ path: keyPath(key.provider), value: written(key.keeping) }];
}

/** A credential as it stands in a configuration. */
export function written(keeping: Keeping): JsonValue {
  if (keeping.kind === "plaintext") return escapeTemplate(keeping.value.reveal());
  const { source, provider, id } = keeping.ref;
  return { source, provider, id };
}
