import { DOCUMENT_RULES, readDocument, readTextFile, type ConfigDocument } from "@durar/config-document";
import { formatPath } from "@durar/credential-surface";
import { validateConfig } from "@durar/durar-config";
import { printable, type DurarError } from "@durar/secretref-schema";
import { gatewayError } from "../errors.ts";

/**
 * Reads the configuration file.
 *
 * @throws DurarError `CONFIG_INVALID` where it cannot be read or is not well formed, with line and column
 */
export function readConfigFile(path: string): ConfigDocument {
  const content = readTextFile(path);
  if (!content.ok) throw invalid(`${printable(path)}: ${content.message}`);
  return parseConfig(content.text, printable(path));
}

/**
 * Reads a text as a configuration document, whatever it holds.
 *
 * @param name what messages call it
 * @throws DurarError `CONFIG_INVALID` where it is not well formed, with line and column
 */
export function parseConfig(text: string, name: string): ConfigDocument {
  const result = readDocument(text);
  if (result.ok) return result.document;
  const { message, rule } = result.error;
  throw invalid(`${name}: ${message}`, { hint: DOCUMENT_RULES[rule].hint });
}

/**
 * Checks what a configuration holds.
 *
 * @param document where the positions are those that the reader knows; it may differ from what is checked in values
 * @param name what messages call it
 * @throws AggregateError of one `CONFIG_INVALID` for each rule it breaks, with line and column
 */
export function checkConfig(config: unknown, document: ConfigDocument, name: string): void {
  const problems = validateConfig(config).map(({ path, rule }) => {
    const { line, column } = nearest(document, path);
    const place = formatPath(path);
    const where = `${name}:${line}:${column}:`;
    if (place === "") return invalid(`${where} the configuration ${rule}`);
    return invalid(`${where} ${place} ${rule}`, { paths: [place] });
  });
  if (problems.length > 0) throw new AggregateError(problems);
}

/** Where a path stands, or, where it is missing, what should hold it. */
function nearest(document: ConfigDocument, path: readonly string[]): { line: number; column: number } {
  for (let length = path.length; length > 0; length--) {
    const found = document.locate(path.slice(0, length));
    if (found !== undefined) return found;
  }
  return document.span(document.root);
}

function invalid(message: string, details: { hint?: string; paths?: readonly string[] } = {}): DurarError {
  return gatewayError("CONFIG_INVALID", message, details);
}
