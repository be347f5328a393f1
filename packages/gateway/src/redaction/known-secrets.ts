import type { TextRange } from "@durar/config-document";

/** Shorter values are found by chance. */
const shortest = 8;

/** Secrets to be found again in any text. */
export interface KnownSecrets {
  /** Whether a text is one of them. */
  readonly equals: (text: string) => boolean;
  /** Whether one of them stands in a text. */
  readonly within: (text: string) => boolean;
  /** Where they stand in a text, in order of their starts; of those that start together the longest. */
  readonly ranges: (text: string) => Iterable<TextRange>;
}

/**
 * Prepares a search for secrets of 8 or more characters (UTF-16 code units): as they are, without white space around
 * them, and as a JSON string spells them. A text is searched in one pass, however many they are.
 */
export function knownSecrets(secrets: Iterable<string>): KnownSecrets {
  const spellings = new Set<string>();
  for (const secret of secrets)
    for (const spelling of [secret, secret.trim(), JSON.stringify(secret).slice(1, -1)])
      if (spelling.length >= shortest) spellings.add(spelling);
  const { marks, lengths } = indexStarts(spellings);

  function* ranges(text: string): Generator<TextRange> {
    for (let start = 0; start + shortest <= text.length; start++) {
      if (marks[hashAt(text, start)] === 0) continue;
      for (const length of lengths.get(text.slice(start, start + shortest)) ?? [])
        if (spellings.has(text.slice(start, start + length))) {
          yield { start, end: start + length };
          break;
        }
    }
  }
  return {
    equals: (text) => spellings.has(text),
    within: (text) => ranges(text).next().done !== true,
    ranges,
  };
}

interface StartIndex {
  /** Marks the hashes of how the spellings start, so that nearly every offset is passed at one look. */
  readonly marks: Uint8Array;
  /** By how a spelling starts, how long it may be, the longest first. */
  readonly lengths: ReadonlyMap<string, readonly number[]>;
}

function indexStarts(spellings: ReadonlySet<string>): StartIndex {
  const marks = new Uint8Array(65_536);
  const found = new Map<string, Set<number>>();
  for (const spelling of spellings) {
    const start = spelling.slice(0, shortest);
    marks[hashAt(start, 0)] = 1;
    const lengths = found.get(start);
    if (lengths === undefined) found.set(start, new Set([spelling.length]));
    else lengths.add(spelling.length);
  }
  const lengths = new Map([...found].map(([start, all]) => [start, [...all].sort((a, b) => b - a)]));
  return { marks, lengths };
}

/** Of four characters: they tell most text from a secret. */
function hashAt(text: string, offset: number): number {
  let hash = 0;
  for (let index = offset; index < offset + 4; index++) hash = hash * 31 + text.charCodeAt(index);
  return hash & 65_535;
}
