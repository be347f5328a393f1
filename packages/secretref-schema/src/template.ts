import { ENV_ID_PATTERN } from "./ref.ts";

/** A template's pieces in order: text as it is, and the names of variables to be filled in. */
export type TemplatePart = { readonly text: string } | { readonly variable: string };

const longestName = 128;

/** The variable named at `start`, where the text there reads `${NAME}`. */
function nameAt(text: string, start: number): string | undefined {
  if (!text.startsWith("${", start)) return undefined;
  const end = text.slice(start, start + longestName + 3).indexOf("}");
  if (end < 0) return undefined;
  const name = text.slice(start + 2, start + end);
  return ENV_ID_PATTERN.test(name) ? name : undefined;
}

/**
 * Splits text at every `${NAME}` whose NAME is an env id. `$${NAME}` is the literal text `${NAME}`; a `${...}` that
 * holds no valid NAME is text like any other. Adjacent text is one part. Linear in the length of the text.
 */
export function parseTemplate(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let literal = "";
  let position = 0;
  while (position < text.length) {
    const dollar = text.indexOf("$", position);
    if (dollar < 0) break;
    literal += text.slice(position, dollar);
    const escaped = text.startsWith("$$", dollar) ? nameAt(text, dollar + 1) : undefined;
    const variable = nameAt(text, dollar);
    if (escaped !== undefined) {
      literal += `\${${escaped}}`;
      position = dollar + escaped.length + 4;
    } else if (variable !== undefined) {
      if (literal !== "") parts.push({ text: literal });
      literal = "";
      parts.push({ variable });
      position = dollar + variable.length + 3;
    } else {
      literal += "$";
      position = dollar + 1;
    }
  }
  literal += text.slice(position);
  if (literal !== "") parts.push({ text: literal });
  return parts;
}

const VARIABLES = /\$\{([A-Z][A-Z0-9_]{0,127})\}/g;

/** Text as it is written so that no part of it is read as a template: each `${NAME}` becomes `$${NAME}`. */
export function escapeTemplate(text: string): string {
  return text.replace(VARIABLES, "$$$&");
}
