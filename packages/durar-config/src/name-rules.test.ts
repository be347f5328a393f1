import { describe, expect, test } from "vitest";
import {
  canonicalProvider,
  isHeaderMarker,
  isKeyMarker,
  isModelsFileName,
  isSecretVariable,
  isSensitiveHeader,
  NAME_RULES,
} from "./index.ts";

function sorts(
  title: string,
  rule: (name: string) => boolean,
  yes: readonly string[],
  no: readonly string[],
): void {
  describe(title, () => {
    test.each(yes)("%s", (name) => expect(rule(name)).toBe(true));
    test.each(no)("not %s", (name) => expect(rule(name)).toBe(false));
  });
}

sorts(
  "a variable holds a secret",
  isSecretVariable,
  [
    "OPENAI_API_KEY",
    "FAL_KEY",
    "GH_TOKEN",
    "TELEGRAM_BOT_TOKEN",
    "MY_DB_PASSWORD",
    "X_PRIVATE_KEY",
    "AWS_CREDENTIALS",
  ],
  ["PATH", "TOKEN_URL", "API_KEYS", "LOG_LEVEL", "toString", ""],
);
sorts(
  "a header carries a credential",
  isSensitiveHeader,
  [
    "Authorization",
    "X-API-Key",
    "Cookie",
    "x-my-token",
    "My-Secret-Thing",
    "X-Goog-ApiKey",
    "OCP-Apim-Subscription-Key",
  ],
  ["Content-Type", "X-Request-Id", "User-Agent", ""],
);
sorts(
  "a key's value is a marker",
  isKeyMarker,
  ["secretref-managed", "ollama-local", "oauth:anthropic"],
  ["sk-123", "oauth", "secretref-env:X", "SECRETREF-MANAGED", ""],
);
sorts(
  "a header's value is a marker",
  isHeaderMarker,
  ["secretref-managed", "secretref-env:MY_TOKEN"],
  ["Bearer x", "oauth:x", "ollama-local"],
);
sorts(
  "a models file means a name",
  isModelsFileName,
  ["OPENAI_API_KEY", "AWS_PROFILE", "AWS_BEARER_TOKEN_BEDROCK", "AWS_ACCESS_KEY_ID", "HF_TOKEN"],
  ["MY_OWN_API_KEY", "sk-123", "AWS_SECRET_ACCESS_KEY"],
);

test.each([
  ["openai", "openai"],
  ["Z.AI", "zai"],
  [" z-ai ", "zai"],
  ["aws-bedrock", "amazon-bedrock"],
  ["constructor", "constructor"],
  ["Unknown", "unknown"],
])("the provider %j is %s", (written, canonical) => {
  expect(canonicalProvider(written)).toBe(canonical);
});

test("the usual variable of a model provider is the first of its names", () => {
  expect(NAME_RULES.providerVariable("google")).toBe("GEMINI_API_KEY");
  expect(NAME_RULES.providerVariable("constructor")).toBeUndefined();
});
