import type { SchemaIssue } from "@durar/secretref-schema";
import { SENTINELS } from "./layout.ts";

const rule = "is the word that redaction shows in place of a secret: write the value itself, or a SecretRef";

/** A value and what it lies in, so that a path is made only of what is found. */
interface Visited {
  readonly value: unknown;
  readonly name: string;
  readonly parent: Visited | undefined;
}

/**
 * Finds every value that is a sentinel. Redacted config that was written to disk as it is shown has lost its secrets,
 * and a word that everybody knows would be taken for each of them, the gateway's token too.
 *
 * @returns in the order of the document
 */
export function sentinelValues(config: unknown): readonly SchemaIssue[] {
  const issues: SchemaIssue[] = [];
  const pending: Visited[] = [{ value: config, name: "", parent: undefined }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value } = next;
    if (typeof value === "string" && SENTINELS.includes(value)) issues.push({ path: pathOf(next), rule });
    if (typeof value !== "object" || value === null) continue;
    const parent = next;
    const members = Object.entries(value as Readonly<Record<string, unknown>>).reverse();
    for (const [name, inner] of members) pending.push({ value: inner, name, parent });
  }
  return issues;
}

function pathOf(visited: Visited): readonly string[] {
  const path: string[] = [];
  for (let { name, parent } = visited; parent !== undefined; { name, parent } = parent) path.push(name);
  return path.reverse();
}
