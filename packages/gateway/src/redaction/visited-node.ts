import type { MemberNode, ValueNode } from "@durar/config-document";
import type { Path } from "@durar/credential-surface";

/** A value of a document and how it is reached. */
export interface VisitedNode {
  readonly node: ValueNode;
  /** The array or object it lies in; `undefined` for the root. */
  readonly parent: VisitedNode | undefined;
  /** The member it is the value of; `undefined` for the root and for elements. */
  readonly member: MemberNode | undefined;
  /** Its name or index; empty for the root. */
  readonly segment: string;
  /** The name of the member that holds it, directly or in arrays; empty where none does. */
  readonly name: string;
  /** How many segments its path has. */
  readonly depth: number;
}

/** The root of a document, to start from. */
export function visitRoot(node: ValueNode): VisitedNode {
  return { node, parent: undefined, member: undefined, segment: "", name: "", depth: 0 };
}

/** What lies directly in an array or object, in the order of the text, each duplicate of a name too. */
export function childrenOf(parent: VisitedNode): readonly VisitedNode[] {
  const { node } = parent;
  const depth = parent.depth + 1;
  if (node.type === "object")
    return node.members.map((member) => {
      const { name, value } = member;
      return { node: value, parent, member, segment: name, name, depth };
    });
  if (node.type !== "array") return [];
  return node.elements.map((element, index) => {
    const segment = String(index);
    return { node: element, parent, member: undefined, segment, name: parent.name, depth };
  });
}

/** The value and those around it, the root first. */
export function lineageOf(visited: VisitedNode): readonly VisitedNode[] {
  const lineage: VisitedNode[] = [];
  for (let next: VisitedNode | undefined = visited; next !== undefined; next = next.parent)
    lineage.push(next);
  return lineage.reverse();
}

/** The path of a value. */
export function pathOf(visited: VisitedNode): Path {
  return lineageOf(visited)
    .slice(1)
    .map(({ segment }) => segment);
}

/** Whether a value is the `id` of an entry of an array. */
export function isEntryId({ member, parent }: VisitedNode): boolean {
  return member?.name === "id" && parent?.parent?.node.type === "array";
}
