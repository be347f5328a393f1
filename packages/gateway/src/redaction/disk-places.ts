import type { ArrayNode, ConfigDocument, ValueNode } from "@durar/config-document";
import { entriesById, entryId, membersByName, type NamedNodes } from "./named-nodes.ts";
import type { RedactionRule } from "./redaction-problems.ts";
import { shownTheSame } from "./shown-the-same.ts";
import { lineageOf, type VisitedNode } from "./visited-node.ts";

/** The value on disk that takes the place of a submitted one, or why there is none. */
export type DiskPlace = { readonly node: ValueNode } | { readonly rule: RedactionRule };

/** A value on disk, and whether it lies in an entry that is known to be unchanged. */
interface Reached {
  readonly node: ValueNode;
  readonly unchanged: boolean;
}

/**
 * Finds the places on disk of submitted values: by path, and in arrays by the entry's `id`. Where entries have no ids,
 * the index counts only if the array is as long as on disk and the entry is what redaction shows of the one on disk.
 */
export class DiskPlaces {
  readonly #root: ValueNode;
  readonly #hidden: ReadonlySet<ValueNode>;
  readonly #sentinel: string;
  readonly #membersOf = remember(membersByName);
  readonly #entriesOf = remember(entriesById);
  readonly #comparisons = new Map<ValueNode, boolean>();

  constructor(onDisk: ConfigDocument, hidden: ReadonlySet<ValueNode>, sentinel: string) {
    this.#root = onDisk.root;
    this.#hidden = hidden;
    this.#sentinel = sentinel;
  }

  /** The place of a submitted value. */
  locate(submitted: VisitedNode): DiskPlace {
    let reached: Reached = { node: this.#root, unchanged: false };
    for (const step of lineageOf(submitted).slice(1)) {
      const next = this.#enter(step, reached);
      if (typeof next === "string") return { rule: next };
      reached = next;
    }
    return { node: reached.node };
  }

  #enter(step: VisitedNode, reached: Reached): Reached | RedactionRule {
    const [ours, theirs] = [step.parent?.node, reached.node];
    if (ours?.type === "object" && theirs.type === "object")
      return partner(step.segment, this.#membersOf(ours), this.#membersOf(theirs), reached);
    if (ours?.type !== "array" || theirs.type !== "array") return "nothing-on-disk";
    const [entries, others] = [this.#entriesOf(ours), this.#entriesOf(theirs)];
    if (!isAgentList(step.parent) && !(entries.complete && others.complete))
      return this.#atIndex(step, ours, theirs, reached);
    const id = entryId(step.node);
    return id === undefined ? "ambiguous-place" : partner(id, entries.byId, others.byId, reached);
  }

  #atIndex(
    { node, segment }: VisitedNode,
    ours: ArrayNode,
    theirs: ArrayNode,
    { unchanged }: Reached,
  ): Reached | RedactionRule {
    const entry = theirs.elements[Number(segment)];
    if (entry === undefined || ours.elements.length !== theirs.elements.length) return "changed-list";
    // What lies in an unchanged entry is unchanged too, so that nothing is compared once for each array around it.
    return unchanged || this.#isUnchanged(node, entry) ? { node: entry, unchanged: true } : "changed-list";
  }

  #isUnchanged(submitted: ValueNode, onDisk: ValueNode): boolean {
    const known = this.#comparisons.get(submitted);
    const same = known ?? shownTheSame(submitted, onDisk, this.#hidden, this.#sentinel);
    this.#comparisons.set(submitted, same);
    return same;
  }
}

/** The one value on disk of a name or id, which must also be the only one of the submitted document. */
function partner(
  name: string,
  ours: NamedNodes,
  theirs: NamedNodes,
  { unchanged }: Reached,
): Reached | RedactionRule {
  if (ours.isRepeated(name) || theirs.isRepeated(name)) return "ambiguous-place";
  const node = theirs.only(name);
  return node === undefined ? "nothing-on-disk" : { node, unchanged };
}

/** Whether an array is `agents.list`, whose entries are told apart by their ids alone. */
function isAgentList(array: VisitedNode | undefined): boolean {
  return array?.depth === 2 && array.segment === "list" && array.parent?.segment === "agents";
}

function remember<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}
