import { looksLikeSecretRef } from "@durar/secretref-schema";
import { isForbiddenSegment, type Path } from "./path.ts";

/** Every object in a document that looks as if it was meant as a ref. Visits each value once, without recursion. */
export function findRefShapes(root: unknown): Path[] {
  const found: Path[] = [];
  const queue: { readonly path: Path; readonly value: unknown }[] = [{ path: [], value: root }];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { path, value } = next;
    if (typeof value !== "object" || value === null) continue;
    if (looksLikeSecretRef(value)) found.push(path);
    else
      for (const [key, inner] of Object.entries(value).reverse())
        if (!isForbiddenSegment(key)) queue.push({ path: [...path, key], value: inner });
  }
  return found;
}
