import type { Path } from "@durar/credential-surface";

/** An object or array of a document, and where it lies. */
export interface VisitedObject {
  readonly value: object;
  readonly path: () => Path;
}

interface Node {
  readonly value: object;
  readonly key: string;
  readonly parent: Node | undefined;
}

/** Every object and array of a document, outer ones first. Not recursive, and linear. */
export function* walkObjects(root: object): Generator<VisitedObject> {
  const queue: Node[] = [{ value: root, key: "", parent: undefined }];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    const visited = node;
    yield { value: visited.value, path: () => pathOf(visited) };
    for (const [key, value] of Object.entries(visited.value) as [string, unknown][])
      if (typeof value === "object" && value !== null) queue.push({ value, key, parent: visited });
  }
}

function pathOf(node: Node): Path {
  const path: string[] = [];
  for (let { key, parent } = node; parent !== undefined; { key, parent } = parent) path.push(key);
  return path.reverse();
}
