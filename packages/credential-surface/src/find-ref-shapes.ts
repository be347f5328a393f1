import { looksLikeSecretRef } from "@durar/secretref-schema";
import { isForbiddenSegment, type Path } from "./path.ts";

interface Node {
  readonly value: unknown;
  readonly key: string;
  readonly parent: Node | undefined;
}

/**
 * Every object in a document that looks as if it was meant as a ref, in the document's order. Not recursive, and
 * linear: an object that is reached again, as with aliases of YAML, is not entered again.
 */
export function findRefShapes(root: unknown): Path[] {
  const found: Path[] = [];
  const entered = new Set<object>();
  const queue: Node[] = [{ value: root, key: "", parent: undefined }];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    const { value } = node;
    if (typeof value !== "object" || value === null) continue;
    if (looksLikeSecretRef(value)) found.push(pathOf(node));
    else if (!entered.has(value)) {
      entered.add(value);
      for (const key of Object.keys(value).reverse()) {
        const inner = (value as Readonly<Record<string, unknown>>)[key];
        if (typeof inner === "object" && inner !== null && !isForbiddenSegment(key))
          queue.push({ value: inner, key, parent: node });
      }
    }
  }
  return found;
}

function pathOf(node: Node): Path {
  const path: string[] = [];
  for (let { key, parent } = node; parent !== undefined; { key, parent } = parent) path.push(key);
  return path.reverse();
}
