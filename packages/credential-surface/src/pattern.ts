import { arrayIndex, isForbiddenSegment, isRecord, type Path } from "./path.ts";

/** One step of a pattern: a fixed key, any map key (`*`), or any index of the array before it (`[]`). */
export type PatternStep = { readonly key: string } | "any-key" | "any-index";

/** A compiled path pattern such as `agents.list[].memorySearch.remote.apiKey` or `services.*.token`. */
export interface Pattern {
  readonly text: string;
  readonly steps: readonly PatternStep[];
}

/** A container on the way that is not what the pattern walks through, or a key that is never walked. */
export interface WrongContainer {
  readonly path: Path;
  readonly expected: "an object" | "an array" | "under another name, since this one is never read";
}

/** A name, perhaps followed by `[]`. */
const namedStep = /^([^.[\]"*\s\p{Cc}]+)(\[\])?$/u;

/**
 * Compiles a pattern: `*` is one map key, `name[]` is a field and a canonical array index.
 *
 * @throws TypeError for text that is no pattern, or that names a segment which is never walked
 */
export function compilePattern(text: string): Pattern {
  const steps = text.split(".").flatMap((part): PatternStep[] => {
    if (part === "*") return ["any-key"];
    const [, key, index] = namedStep.exec(part) ?? [];
    if (key === undefined || isForbiddenSegment(key)) throw new TypeError(`${text} is no path pattern`);
    return index === undefined ? [{ key }] : [{ key }, "any-index"];
  });
  return Object.freeze({ text, steps: Object.freeze(steps) });
}

/** Whether a path is one of those the pattern describes. */
export function matchesPattern(pattern: Pattern, path: Path): boolean {
  return (
    path.length === pattern.steps.length &&
    pattern.steps.every((step, position) => {
      const segment = path[position];
      if (segment === undefined || isForbiddenSegment(segment)) return false;
      if (step === "any-key") return isKey(segment);
      return step === "any-index" ? arrayIndex(segment) !== undefined : step.key === segment;
    })
  );
}

/** An object on the way of a pattern, and the key in it that the pattern's last step names. */
export interface FoundContainer {
  readonly path: Path;
  readonly key: string;
  readonly container: Readonly<Record<string, unknown>>;
}

/**
 * Finds every object that holds (or could hold) the pattern's last segment, with its path. Containers of a wrong
 * type and keys that are never walked end that way and are reported. A last step of `*` or `[]` yields its container once for each of its keys.
 */
export function expandPattern(
  pattern: Pattern,
  root: unknown,
): { readonly found: readonly FoundContainer[]; readonly wrong: readonly WrongContainer[] } {
  const wrong: WrongContainer[] = [];
  let found: FoundContainer[] = [];
  pattern.steps.forEach((step, position) => {
    const containers = position === 0 ? [{ path: [], value: root }] : found.map(enter);
    const last = position === pattern.steps.length - 1;
    found = containers.flatMap(({ path, value }) => {
      if (!isContainer(step, value)) {
        // An absent or null container is no error: the target is simply not configured.
        if (value !== undefined && value !== null) wrong.push({ path, expected: containerOf(step) });
        return [];
      }
      if (step === "any-key")
        for (const key of Object.keys(value))
          if (!isKey(key) && value[key] !== null)
            wrong.push({
              path: [...path, key],
              expected: "under another name, since this one is never read",
            });
      return keysOf(step, value, last).map((key) => ({ path, key, container: value }));
    });
  });
  return { found, wrong };
}

function enter({ path, key, container }: FoundContainer): { readonly path: Path; readonly value: unknown } {
  return { path: [...path, key], value: container[key] };
}

function containerOf(step: PatternStep): WrongContainer["expected"] {
  return step === "any-index" ? "an array" : "an object";
}

function isContainer(step: PatternStep, value: unknown): value is Readonly<Record<string, unknown>> {
  return step === "any-index" ? Array.isArray(value) : isRecord(value);
}

/** The keys that a step leads to. The last one need not be there: its sibling may be. */
function keysOf(
  step: PatternStep,
  container: Readonly<Record<string, unknown>>,
  last: boolean,
): readonly string[] {
  if (typeof step === "object") return last || Object.hasOwn(container, step.key) ? [step.key] : [];
  return Object.keys(container).filter(isKey);
}

/** Whether `*` stands for a key. */
function isKey(key: string): boolean {
  return key !== "" && !isForbiddenSegment(key);
}
