import { arrayIndex, isForbiddenSegment, isRecord, type Path } from "./path.ts";

/** One step of a pattern: a fixed key, any map key (`*`), or any index of the array before it (`[]`). */
type Step = { readonly key: string } | "any-key" | "any-index";

/** A compiled path pattern such as `agents.list[].memorySearch.remote.apiKey` or `services.*.token`. */
export interface Pattern {
  readonly text: string;
  readonly steps: readonly Step[];
}

/** A container on the way that is not what the pattern walks through. */
export interface WrongContainer {
  readonly path: Path;
  readonly expected: "an object" | "an array";
}

/** Compiles a pattern: `*` is one map key, `name[]` is a field and a canonical array index. */
export function compilePattern(text: string): Pattern {
  const steps = text.split(".").flatMap((part): Step[] => {
    if (part === "*") return ["any-key"];
    return part.endsWith("[]") ? [{ key: part.slice(0, -2) }, "any-index"] : [{ key: part }];
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
      if (step === "any-key") return segment !== "";
      return step === "any-index" ? arrayIndex(segment) !== undefined : step.key === segment;
    })
  );
}

/**
 * Finds every object that holds (or could hold) the pattern's last segment, with its path. Containers of a wrong
 * type end that way and are reported. A last segment of `*` or `[]` yields its container once for each of its keys.
 */
export function expandPattern(
  pattern: Pattern,
  root: unknown,
): { readonly found: readonly FoundContainer[]; readonly wrong: readonly WrongContainer[] } {
  const wrong: WrongContainer[] = [];
  let level: { readonly path: Path; readonly value: unknown }[] = [{ path: [], value: root }];
  const inner = pattern.steps.slice(0, -1);
  const last = pattern.steps.at(-1);
  for (const step of inner)
    level = level.flatMap(({ path, value }) =>
      keysFor(step, path, value, wrong).map((key) => ({
        path: [...path, key],
        value: (value as Readonly<Record<string, unknown>>)[key],
      })),
    );
  const found = level.flatMap(({ path, value }): FoundContainer[] => {
    if (last === undefined) return [];
    const keys =
      typeof last === "object" ? fixedKey(last.key, path, value, wrong) : keysFor(last, path, value, wrong);
    return keys.map((key) => ({ path, key, container: value as Readonly<Record<string, unknown>> }));
  });
  return { found, wrong };
}

/** An object on the way of a pattern, and the key in it that the pattern's last segment names. */
export interface FoundContainer {
  readonly path: Path;
  readonly key: string;
  readonly container: Readonly<Record<string, unknown>>;
}

function keysFor(step: Step, path: Path, value: unknown, wrong: WrongContainer[]): readonly string[] {
  if (step === "any-index") {
    if (Array.isArray(value)) return value.map((_, index) => String(index));
    return refuse(path, "an array", value, wrong);
  }
  if (!isRecord(value)) return refuse(path, "an object", value, wrong);
  if (step === "any-key") return Object.keys(value).filter((key) => key !== "" && !isForbiddenSegment(key));
  return Object.hasOwn(value, step.key) ? [step.key] : [];
}

function fixedKey(key: string, path: Path, value: unknown, wrong: WrongContainer[]): readonly string[] {
  return isRecord(value) ? [key] : refuse(path, "an object", value, wrong);
}

/** An absent or null container is no error: the target is simply not configured. */
function refuse(
  path: Path,
  expected: WrongContainer["expected"],
  value: unknown,
  wrong: WrongContainer[],
): [] {
  if (value !== undefined && value !== null) wrong.push({ path, expected });
  return [];
}
