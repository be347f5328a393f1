import { formatRef, SecretRefError, type SecretAnswer, type SecretRef } from "@durar/secretref-schema";

/** What a field can take: a string, or a plain object too. */
export type ValueShape = "string" | "string-or-object";

/** Turns an answer whose value does not fit the field into the failure it is there. Strings are kept untrimmed. */
export function checkValue(ref: SecretRef, answer: SecretAnswer, shape: ValueShape): SecretAnswer {
  if (!answer.ok) return answer;
  const value = answer.value.reveal();
  if (typeof value === "string") {
    if (value.trim() !== "") return answer;
    return {
      ok: false,
      error: new SecretRefError("SECRET_EMPTY", { ...ref, message: `${formatRef(ref)} is blank` }),
    };
  }
  const found = typeName(value);
  if (found === "an object" && shape === "string-or-object") return answer;
  const wanted = shape === "string" ? "a string" : "a string or an object";
  const message = `${formatRef(ref)} is ${found}; this field takes ${wanted}`;
  return { ok: false, error: new SecretRefError("SECRET_VALUE_TYPE", { ...ref, message }) };
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
