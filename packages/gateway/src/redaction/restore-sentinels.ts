import { applyTextEdits, type ConfigDocument, type TextEdit, type TextRange } from "@durar/config-document";
import { DiskComments } from "./disk-comments.ts";
import { DiskPlaces } from "./disk-places.ts";
import { findHidden, type Hidden } from "./find-hidden.ts";
import { problemAt } from "./problem-at.ts";
import type { RedactionProblem, RedactionRule } from "./redaction-problems.ts";
import { findReservedTexts, holdsWord, reservedWords, type ReservedText } from "./reserved-words.ts";
import type { RedactionRules } from "./types.ts";
import { isEntryId, type VisitedNode } from "./visited-node.ts";

export type RestoreResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problems: readonly RedactionProblem[] };

/**
 * Puts back what the sentinels of a submitted configuration stand for: the source text, quotes and escapes included, of
 * the value at the same place on disk. The place is found by path, and in arrays by the entry's `id`; in arrays without
 * ids by index, as long as the array's length and the entry are what redaction shows. A sentinel stands only for what
 * redaction hides at that very place: it never copies a value elsewhere, nor brings back one that was shown. It is
 * judged as it reads, not as it is written. A comment may hold it only where the whole comment is as redaction shows it.
 *
 * @param secrets those that `redactDocument` takes; a value that is hidden for none of them any more is refused
 * @returns the text with every sentinel replaced and every other byte as it was, or all problems in the text's order
 */
export function restoreSentinels(
  submitted: ConfigDocument,
  onDisk: ConfigDocument,
  secrets: Iterable<string>,
  rules: RedactionRules,
): RestoreResult {
  const words = reservedWords(rules.sentinel);
  const hidden = findHidden(onDisk, secrets, words, rules);
  const restoration = new Restoration(onDisk, hidden, words, rules.sentinel);
  const problems: RedactionProblem[] = [];
  const edits: TextEdit[] = [];
  for (const found of findReservedTexts(submitted, words)) {
    const settled = restoration.settle(found);
    if ("rule" in settled) problems.push(problemAt(submitted, found, settled.rule));
    else edits.push({ start: found.start, end: found.end, newText: settled.text });
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, text: applyTextEdits(submitted.text, edits) };
}

/** What a reserved text stands for, or why it is refused. */
type Settled = { readonly text: string } | { readonly rule: RedactionRule };

class Restoration {
  readonly #onDisk: ConfigDocument;
  readonly #hidden: Hidden;
  readonly #sentinel: string;
  readonly #otherWords: ReadonlySet<string>;
  readonly #places: DiskPlaces;
  readonly #comments: DiskComments;
  /** Where reserved texts start on disk, ascending. */
  readonly #reserved: readonly number[];

  constructor(onDisk: ConfigDocument, hidden: Hidden, words: ReadonlySet<string>, sentinel: string) {
    this.#onDisk = onDisk;
    this.#hidden = hidden;
    this.#sentinel = sentinel;
    this.#otherWords = new Set([...words].filter((word) => word !== sentinel));
    this.#places = new DiskPlaces(onDisk, hidden.values, sentinel);
    this.#comments = new DiskComments(onDisk, hidden.comments, sentinel);
    this.#reserved = findReservedTexts(onDisk, words).map(({ start }) => start);
  }

  settle({ kind, text, visited }: ReservedText): Settled {
    if (holdsWord(text, this.#otherWords)) return { rule: "other-layout" };
    if (visited === undefined) return this.#settleComment(text);
    if (kind === "key") return { rule: "in-key" };
    return isEntryId(visited) ? { rule: "in-id" } : this.#settleValue(text, visited);
  }

  #settleComment(shown: string): Settled {
    const text = this.#comments.take(shown);
    if (text === undefined) return { rule: "in-comment" };
    return text.includes(this.#sentinel) ? { rule: "reserved-on-disk" } : { text };
  }

  #settleValue(text: string, visited: VisitedNode): Settled {
    const place = this.#places.locate(visited);
    if ("node" in place && "value" in place.node && this.#isLost(place.node))
      return { rule: "reserved-on-disk" };
    if (text !== this.#sentinel) return { rule: "inside-string" };
    if ("rule" in place) return place;
    if (!this.#hidden.values.has(place.node)) return { rule: "not-redacted" };
    if (this.#isLost(place.node)) return { rule: "reserved-on-disk" };
    return { text: this.#onDisk.text.slice(place.node.start, place.node.end) };
  }

  /** Whether what stands on disk holds a reserved word itself. */
  #isLost({ start, end }: TextRange): boolean {
    let [low, high] = [0, this.#reserved.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#reserved[middle] ?? end) < start) low = middle + 1;
      else high = middle;
    }
    return (this.#reserved[low] ?? end) < end;
  }
}
