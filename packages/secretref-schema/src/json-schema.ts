import * as z from "zod/mini";
import { ENV_ID_PATTERN, EXEC_ID_PATTERN, FILE_ID_MAX_LENGTH, PROVIDER_ALIAS_PATTERN } from "./ref.ts";
import { secretsSchema } from "./secrets-config.ts";

/** A JSON Schema (draft 2020-12). */
export type JsonSchema = Readonly<Record<string, unknown>>;

function refSchema(source: string, id: JsonSchema): JsonSchema {
  return {
    type: "object",
    properties: {
      source: { const: source },
      provider: { type: "string", pattern: PROVIDER_ALIAS_PATTERN.source },
      id,
    },
    required: ["source", "id"],
    additionalProperties: false,
  };
}

/** JSON Schema of a SecretRef as it is written; `provider` may be left out. */
export function secretRefJsonSchema(): JsonSchema {
  return {
    oneOf: [
      refSchema("env", { type: "string", pattern: ENV_ID_PATTERN.source }),
      refSchema("file", {
        type: "string",
        maxLength: FILE_ID_MAX_LENGTH,
        pattern: "^(value|(/([^~/]|~[01])*)+)$",
      }),
      refSchema("exec", {
        type: "string",
        pattern: EXEC_ID_PATTERN.source,
        not: { pattern: "(^|/)\\.{1,2}(/|$)" },
      }),
    ],
  };
}

/** JSON Schema of a field that takes a string or a SecretRef. */
export function secretInputJsonSchema(): JsonSchema {
  return { anyOf: [{ type: "string" }, secretRefJsonSchema()] };
}

/** JSON Schema of the `secrets` block, for editors. */
export function secretsJsonSchema(): JsonSchema {
  return z.toJSONSchema(secretsSchema, { io: "input" });
}
