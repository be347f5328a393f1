import { isRecord } from "@durar/credential-surface";
import { secretRefJsonSchema, secretsJsonSchema, type JsonSchema } from "@durar/secretref-schema";
import * as z from "zod/mini";
import { channelJsonSchemas, configSchema } from "./config-schema.ts";
import { TARGET_ROWS } from "./targets.ts";

/** A schema that is being put together. */
type Draft = Record<string, unknown>;

/**
 * A JSON Schema (draft 2020-12) of the configuration, for editors: what this product reads of it, with a value or a ref
 * in every credential field. What it does not read is accepted as it is. `validateConfig` is stricter.
 */
export function configJsonSchema(): JsonSchema {
  const schema: Draft = {
    ...z.toJSONSchema(configSchema, { io: "input" }),
    title: "Durar configuration",
    $defs: { SecretRef: secretRefJsonSchema(), SecretInput: { anyOf: [{ type: "string" }, secretRef] } },
  };
  insert(schema, ["secrets"], bare(secretsJsonSchema()));
  for (const [channel, fields] of channelJsonSchemas()) {
    insert(schema, ["channels", channel], bare(fields));
    insert(schema, ["channels", channel, "accounts", "*"], bare(fields));
  }
  for (const { store = "config", id, path = id, refPath, expected } of TARGET_ROWS) {
    if (store !== "config") continue;
    const objects = expected === "string-or-object" ? [{ type: "object" }] : [];
    insert(
      schema,
      path.split("."),
      objects.length === 0 ? secretInput : { anyOf: [secretInput, ...objects] },
    );
    if (refPath !== undefined) insert(schema, refPath.split("."), secretRef);
  }
  return schema;
}

const secretRef: JsonSchema = { $ref: "#/$defs/SecretRef" };
const secretInput: JsonSchema = { $ref: "#/$defs/SecretInput" };

/** A schema within another one does not name its dialect. */
function bare(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => keyword !== "$schema"));
}

/** Puts a schema at a path: `*` is any key, and `name[]` each entry of an array. */
function insert(root: Draft, path: readonly string[], schema: JsonSchema): void {
  let draft = root;
  for (const step of path) {
    if (step.endsWith("[]")) draft = child(property(draft, step.slice(0, -2), "array"), "items");
    else if (step === "*") draft = child(draft, "additionalProperties");
    else draft = property(draft, step, undefined);
  }
  Object.assign(draft, structuredClone(schema));
}

/** The schema of a property; one that is new starts as what holds for properties without one. */
function property(draft: Draft, name: string, type: "array" | undefined): Draft {
  draft["type"] ??= "object";
  const properties = (draft["properties"] ??= {}) as Record<string, Draft>;
  const others = draft["additionalProperties"];
  return (properties[name] ??=
    type === undefined ? { ...(isRecord(others) ? structuredClone(others) : {}) } : { type });
}

function child(draft: Draft, name: "items" | "additionalProperties"): Draft {
  if (name === "additionalProperties") draft["type"] ??= "object";
  const present = draft[name];
  if (isRecord(present)) return present;
  const made: Draft = {};
  draft[name] = made;
  return made;
}
