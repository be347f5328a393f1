import { refuse } from "../refusal.ts";
import { runProgram, type ProgramRun } from "./run-program.ts";

/**
 * Runs a tool whose standard output is one JSON document.
 *
 * @throws a refusal, `UNAVAILABLE`, also where it fails or writes something else
 */
export async function runForJson(run: ProgramRun): Promise<unknown> {
  const { status, stdout } = await runProgram(run);
  if (status !== 0) throw refuse("UNAVAILABLE");
  return parseJson(stdout);
}

/** @throws a refusal, `UNAVAILABLE`, in place of the error of `JSON.parse`, which quotes its input */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refuse("UNAVAILABLE");
  }
}

/** The own property of a JSON object, or `undefined`. */
export function property(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

/** A string that is not empty; an empty one is how many tools say that there is nothing. */
export function filled(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
