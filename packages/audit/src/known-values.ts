/** Shorter values are found by chance. */
const shortest = 8;

interface Index {
  /** Marks the hashes of how the spellings start, so that nearly every offset is passed at one look. */
  readonly starts: Uint8Array;
  /** By how it starts, how long a spelling may be. */
  readonly lengths: ReadonlyMap<string, ReadonlySet<number>>;
}

/** Credentials, to be found again in any text in time linear in its length, however many they are. */
export class KnownValues {
  /** Each value by its spellings: as it is, and as in a JSON string. */
  readonly #values = new Map<string, string>();
  #index: Index | undefined;

  /** Of an object, such as a service account, its longest text counts. */
  add(value: unknown): void {
    const text = typeof value === "string" ? value : longestText(value);
    if (text.length < shortest) return;
    for (const spelling of [text, JSON.stringify(text).slice(1, -1)]) this.#values.set(spelling, text);
    this.#index = undefined;
  }

  /** Where each value first stands in a text: ascending offsets, one for each value that does. */
  find(text: string): number[] {
    const found = new Set<string>();
    return this.#search(text, (value) => {
      const isFirst = !found.has(value);
      found.add(value);
      return isFirst;
    });
  }

  /** Where a value stands in a text, each time that one does: ascending offsets. */
  findAll(text: string): number[] {
    return this.#search(text, () => true);
  }

  #search(text: string, isMeant: (value: string) => boolean): number[] {
    const { starts, lengths } = (this.#index ??= indexOf(this.#values.keys()));
    const offsets: number[] = [];
    for (let offset = 0; offset + shortest <= text.length; offset++) {
      if (starts[hashAt(text, offset)] === 0) continue;
      for (const length of lengths.get(text.slice(offset, offset + shortest)) ?? []) {
        const value = this.#values.get(text.slice(offset, offset + length));
        if (value !== undefined && isMeant(value)) offsets.push(offset);
      }
    }
    return offsets;
  }
}

function indexOf(spellings: Iterable<string>): Index {
  const starts = new Uint8Array(65_536);
  const lengths = new Map<string, Set<number>>();
  for (const spelling of spellings) {
    const start = spelling.slice(0, shortest);
    starts[hashAt(start, 0)] = 1;
    lengths.set(start, (lengths.get(start) ?? new Set()).add(spelling.length));
  }
  return { starts, lengths };
}

/** Of four characters: they tell most text from a credential. */
function hashAt(text: string, offset: number): number {
  let hash = 0;
  for (let index = offset; index < offset + 4; index++) hash = hash * 31 + text.charCodeAt(index);
  return hash & 65_535;
}

function longestText(root: unknown): string {
  let longest = "";
  const queue = [root];
  while (queue.length > 0) {
    const value = queue.pop();
    if (typeof value === "string" && value.length > longest.length) longest = value;
    else if (typeof value === "object" && value !== null)
      for (const inner of Object.values(value)) queue.push(inner);
  }
  return longest;
}
