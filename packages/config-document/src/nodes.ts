/** A stretch of the text: UTF-16 code units, `end` not included. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A string (quotes included in its range), number, boolean or null. */
export interface ScalarNode extends TextRange {
  readonly type: "string" | "number" | "boolean" | "null";
  readonly value: string | number | boolean | null;
}

/** An object, from `{` to `}`. */
export interface ObjectNode extends TextRange {
  readonly type: "object";
  /** In the order of the text, each duplicate of a name too. */
  readonly members: readonly MemberNode[];
}

/** One member of an object: it reaches from `keyStart` to the end of its value, without any comma. */
export interface MemberNode {
  /** The name as it reads, without quotes and escapes. */
  readonly name: string;
  readonly keyStart: number;
  /** Where the key ends, quotes included. The colon lies between here and the start of the value. */
  readonly keyEnd: number;
  readonly value: ValueNode;
}

/** An array, from `[` to `]`. */
export interface ArrayNode extends TextRange {
  readonly type: "array";
  readonly elements: readonly ValueNode[];
}

export type ValueNode = ScalarNode | ObjectNode | ArrayNode;

/** A comment: from its first slash to `*` `/`, or up to the line break that ends it. */
export interface CommentNode extends TextRange {
  readonly type: "line-comment" | "block-comment";
}

/** The plain value of a node. Of members with one name the last counts; every name becomes an own property. */
export function nodeValue(root: ValueNode): unknown {
  const pending: [ValueNode, object][] = [];
  const begin = (node: ValueNode): unknown => {
    if ("value" in node) return node.value;
    const value = node.type === "array" ? [] : {};
    pending.push([node, value]);
    return value;
  };

  const value = begin(root);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [node, target] = next;
    if (node.type === "array")
      for (const element of node.elements) (target as unknown[]).push(begin(element));
    else if (node.type === "object")
      for (const member of node.members)
        setOwn(target as Record<string, unknown>, member.name, begin(member.value));
  }
  return value;
}

function setOwn(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== "__proto__") target[name] = value;
  // An assignment would set the prototype.
  else Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
}

/** The members and elements inside a node, at every level. */
export function entryCount(root: ValueNode): number {
  let count = 0;
  for (const node of containersOf(root))
    count += node.type === "array" ? node.elements.length : node.members.length;
  return count;
}

/** The node and every node inside it that is an object or array, in no particular order. */
export function* containersOf(root: ValueNode): Generator<ObjectNode | ArrayNode> {
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if ("value" in node) continue;
    yield node;
    if (node.type === "array") for (const element of node.elements) pending.push(element);
    else for (const member of node.members) pending.push(member.value);
  }
}
