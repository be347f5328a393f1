import { resolve } from "node:path";
import { readJsonValue, readTextFile } from "@durar/config-document";
import { parsePlan, type SecretsPlan } from "@durar/secretref-schema";
import { openTrusted } from "@durar/trusted-path";
import { CommandError } from "../command-error.ts";
import { jsonDocument, type Surroundings } from "../console.ts";
import { writeOutput, type OutputFile } from "../output-file.ts";
import { readInput } from "../read-input.ts";

/** Bytes; a plan of ten thousand targets has a third of that. */
const MAX_BYTES = 16 * 1024 * 1024;

/** The file of a flag that a plan is written to. */
export function planOutput(path: string, flag: string): OutputFile {
  const isOlder = (older: string): boolean => {
    const content = readTextFile(older, { maxBytes: MAX_BYTES });
    const parsed = content.ok ? readJsonValue(content.text) : undefined;
    return parsed?.ok === true && parsePlan(parsed.value).ok;
  };
  return { path, what: "plan", flag, isOlder };
}

/**
 * Writes a plan, for its owner alone.
 *
 * @throws CommandError `FILE_UNWRITABLE`
 */
export function writePlan(file: OutputFile, plan: SecretsPlan): void {
  writeOutput(file, planText(plan), 0o600);
}

/** A plan as it is kept in a file. */
export function planText(plan: SecretsPlan): string {
  return jsonDocument(plan);
}

/**
 * Reads the JSON of `--from`, `-` for standard input. A file that somebody else could have written is refused: a plan
 * decides which commands are run.
 *
 * @throws CommandError `FILE_UNREADABLE`
 */
export async function readPlan(from: string, surroundings: Surroundings): Promise<unknown> {
  const text =
    from === "-"
      ? await readInput("from", from, surroundings)
      : await readTrusted(resolve(surroundings.cwd, from), surroundings);
  const parsed = readJsonValue(text);
  if (parsed.ok) return parsed.value;
  throw unreadable(`it is not JSON: ${parsed.error.message}`, "correct it, or make the plan anew");
}

async function readTrusted(path: string, { signal }: Surroundings): Promise<string> {
  const verdict = await openTrusted(path, { purpose: "plan", allowSymlink: true, signal });
  if (!verdict.trusted) throw unreadable(verdict.message, verdict.remedy);
  try {
    const { size } = await verdict.file.stat();
    if (size > MAX_BYTES) throw unreadable("it is larger than 16 MiB", "check --from");
    return await verdict.file.readFile("utf8");
  } finally {
    await verdict.file.close();
  }
}

function unreadable(reason: string, hint: string): CommandError {
  return new CommandError("FILE_UNREADABLE", `the plan cannot be read: ${reason}`, hint);
}
