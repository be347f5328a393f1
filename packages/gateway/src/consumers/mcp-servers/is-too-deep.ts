/** Levels of an answer, at most: as many as a request may have. */
const MAX_DEPTH = 200;

/** Whether a value is nested deeper than an answer may be. */
export function isTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((one) =>
      typeof one === "object" && one !== null ? (Object.values(one) as unknown[]) : [],
    );
  }
  return false;
}
