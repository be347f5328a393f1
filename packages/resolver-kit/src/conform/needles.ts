/** What shorter values would be found by chance. */
const MIN_LENGTH = 6;
/** Parts of a larger secret are looked for only where they are unlikely to be ordinary words. */
const MIN_PART_LENGTH = 16;

/** The texts by which values are recognised where they must not be: as they are, in parts, and encoded. */
export function needlesOf(values: Iterable<unknown>): readonly string[] {
  const texts = [...values].flatMap((value) =>
    typeof value === "string" ? wholeAndLines(value) : leaves(value),
  );
  return [...new Set(texts)].flatMap(encodings);
}

/** Whether one of the needles is in the text. */
export function shows(needles: readonly string[], text: string): boolean {
  return needles.some((needle) => text.includes(needle));
}

function wholeAndLines(value: string): string[] {
  const lines = value.split(/\r?\n/).filter((line) => line.length >= MIN_PART_LENGTH);
  return value.length >= MIN_LENGTH ? [value, ...lines] : [];
}

function leaves(value: unknown): string[] {
  const found: string[] = [];
  const queue = [value];
  while (queue.length > 0) {
    const next = queue.pop();
    if (typeof next === "string" && next.length >= MIN_PART_LENGTH) found.push(...wholeAndLines(next));
    else if (typeof next === "object" && next !== null) queue.push(...(Object.values(next) as unknown[]));
  }
  return found;
}

function encodings(text: string): string[] {
  const bytes = Buffer.from(text);
  return [
    text,
    JSON.stringify(text).slice(1, -1),
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("hex"),
    // By way of bytes, since half a surrogate pair has no URL encoding.
    encodeURIComponent(bytes.toString("utf8")),
  ];
}
