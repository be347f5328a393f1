import { isSecretSource } from "@durar/secretref-schema";
import type { FailureReport } from "./methods.ts";
import type { CleanText } from "./received-text.ts";

/** An object that was parsed from JSON, its fields unknown; anything else counts as one without fields. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** A code as this project writes them; `undefined` for anything else. */
export function readCode(value: unknown, clean: CleanText): string | undefined {
  const code = typeof value === "string" ? clean(value) : "";
  return /^[A-Z][A-Z0-9_]{0,63}$/.test(code) ? code : undefined;
}

/** Reads the reasons a gateway gives. Drops unknown fields, fields of a wrong type, and entries with no code or message. */
export function readFailureReports(value: unknown, clean: CleanText): readonly FailureReport[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry) => readFailureReport(fieldsOf(entry), clean) ?? []);
}

function readFailureReport(
  fields: Readonly<Record<string, unknown>>,
  clean: CleanText,
): FailureReport | undefined {
  const text = (name: string): string | undefined => {
    const value = fields[name];
    return typeof value === "string" ? clean(value) : undefined;
  };
  const code = readCode(fields["code"], clean);
  const message = text("message");
  if (code === undefined || message === undefined) return undefined;
  const { paths, source } = fields;
  const [provider, id, reported] = [text("provider"), text("id"), text("reported")];
  return Object.freeze({
    code,
    message,
    hint: text("hint") ?? "",
    paths: Object.freeze(
      Array.isArray(paths) ? paths.filter((path) => typeof path === "string").map(clean) : [],
    ),
    ...(isSecretSource(source) ? { source } : {}),
    ...(provider === undefined ? {} : { provider }),
    ...(id === undefined ? {} : { id }),
    ...(reported === undefined ? {} : { reported }),
  });
}
