import type { ArrayNode, ObjectNode, ValueNode } from "@durar/config-document";

/** Values by name or id. */
export class NamedNodes {
  readonly #nodes = new Map<string, ValueNode>();
  readonly #repeated = new Set<string>();

  constructor(named: Iterable<readonly [name: string, node: ValueNode]>) {
    for (const [name, node] of named) {
      if (this.#nodes.has(name)) this.#repeated.add(name);
      this.#nodes.set(name, node);
    }
  }

  /** The one value of a name; `undefined` where there is none or several. */
  only(name: string): ValueNode | undefined {
    return this.#repeated.has(name) ? undefined : this.#nodes.get(name);
  }

  /** Whether several values have the name. */
  isRepeated(name: string): boolean {
    return this.#repeated.has(name);
  }
}

/** The members of an object by their names. */
export function membersByName({ members }: ObjectNode): NamedNodes {
  return new NamedNodes(members.map(({ name, value }) => [name, value]));
}

/** The entries of an array by their ids, and whether each of them has one. */
export function entriesById({ elements }: ArrayNode): {
  readonly byId: NamedNodes;
  readonly complete: boolean;
} {
  const entries = elements.flatMap((element): [string, ValueNode][] => {
    const id = entryId(element);
    return id === undefined ? [] : [[id, element]];
  });
  return { byId: new NamedNodes(entries), complete: entries.length === elements.length };
}

/** The `id` of an entry, where it is an object that has one, and no two of them. */
export function entryId(entry: ValueNode): string | undefined {
  if (entry.type !== "object") return undefined;
  const [id, ...more] = entry.members.filter(({ name }) => name === "id");
  if (id === undefined || more.length > 0 || !("value" in id.value)) return undefined;
  return typeof id.value.value === "string" ? id.value.value : undefined;
}
