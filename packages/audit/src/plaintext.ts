import type { Path } from "@durar/credential-surface";
import { ENV_ID_PATTERN, parseSecretInput } from "@durar/secretref-schema";
import type { NameRules } from "./types.ts";

/**
 * The credential that stands in a field, or is the value of a variable, as plaintext; `undefined` where none does.
 * Neither refs and templates are one, nor what is known to mean something else: markers, names of variables.
 *
 * @param name of the field or variable
 */
export function plaintextIn(name: string, value: unknown, names: NameRules): string | undefined {
  // Markers stand for keys. In the place of a password, what looks like one is a password.
  if (typeof value === "string" && /key$/i.test(name) && names.isKeyMarker(value)) return undefined;
  return plaintext(value, names);
}

/** The credential that a header of this name carries as plaintext; `undefined` where it carries none. */
export function plaintextInHeader(name: string, value: unknown, names: NameRules): string | undefined {
  if (!names.isSensitiveHeader(name)) return undefined;
  return typeof value === "string" && names.isHeaderMarker(value) ? undefined : plaintext(value, names);
}

/** The credential that stands at a path as plaintext, be it that of a field or of a header. */
export function plaintextAt(path: Path, value: unknown, names: NameRules): string | undefined {
  const name = path.at(-1) ?? "";
  return path.at(-2) === "headers" ? plaintextInHeader(name, value, names) : plaintextIn(name, value, names);
}

function plaintext(value: unknown, names: NameRules): string | undefined {
  // No field takes a number, and yet it is somebody's password.
  if (typeof value === "number") return String(value);
  if (typeof value !== "string" || isVariableName(value, names)) return undefined;
  return parseSecretInput(value).kind === "plaintext" ? value : undefined;
}

/** Nothing fills `$NAME` in, but it is what people write who believe so, and no secret. */
function isVariableName(value: string, names: NameRules): boolean {
  const name = value.slice(1);
  return value.startsWith("$") && ENV_ID_PATTERN.test(name) && names.isSecretVariable(name);
}
