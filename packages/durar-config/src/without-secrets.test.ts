import { assertAbsent, canary } from "@durar/testing";
import { expect, test } from "vitest";
import { createDurarSurface, locateLayout, withoutSecrets } from "./index.ts";

const surface = createDurarSurface(locateLayout({ environment: { HOME: "/home/u" } }));

function configOf(secret: string) {
  const ref = { source: "env", provider: "default", id: "NAME" };
  return {
    secrets: { providers: { tool: { source: "exec", command: "/bin/true", env: { ODD_NAME: secret } } } },
    gateway: { port: 1234, auth: { token: secret, mode: "token" }, remote: { token: ref } },
    models: {
      providers: {
        openai: {
          apiKey: "${OPENAI}",
          headers: { Authorization: secret, Accept: "${ACCEPT}" },
          maxTokens: 4096,
        },
        odd: [{ apiKey: secret }],
      },
    },
    hooks: { token: secret, mappings: [{ id: "a", sessionKey: secret }] },
    channels: {
      googlechat: { serviceAccount: { private_key: secret, project: secret }, serviceAccountRef: secret },
      whatsapp: { "creds.json": secret },
      proxy: `https://user:${secret}@host/path`,
    },
    "auth-tokens": [secret, { note: "kept" }],
    __proto__: null,
  };
}

test("configurations that differ in secrets alone come to the same, which holds none", () => {
  const [one, other] = [canary(), canary()];
  const [shown, again] = [one, other].map((secret) => withoutSecrets(configOf(secret), surface));
  expect(shown).toEqual(again);
  assertAbsent([one, other], JSON.stringify([shown, again]));
});

test("what is no secret stays: refs, templates, settings, keys, and that a secret is there", () => {
  const shown = withoutSecrets(configOf("hunter2"), surface);
  expect(shown).toMatchObject({
    gateway: { port: 1234, auth: { token: "", mode: "token" }, remote: { token: { id: "NAME" } } },
    models: {
      providers: { openai: { apiKey: "${OPENAI}", headers: { Accept: "${ACCEPT}" }, maxTokens: 4096 } },
    },
    hooks: { mappings: [{ id: "a", sessionKey: "" }] },
    channels: { proxy: "https://@host/path" },
    "auth-tokens": ["", { note: "kept" }],
  });
  expect(withoutSecrets(undefined, surface)).toBeUndefined();
});

test("the configuration itself is left as it is", () => {
  const config = configOf("hunter2");
  const copy = structuredClone(config);
  withoutSecrets(config, surface);
  expect(config).toEqual(copy);
});
