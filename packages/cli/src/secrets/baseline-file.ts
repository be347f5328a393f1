import { formatBaseline, parseBaseline, type Finding } from "@durar/audit";
import { readJsonValue, readTextFile } from "@durar/config-document";
import { isDurarError } from "@durar/secretref-schema";
import { CommandError } from "../command-error.ts";
import { writeOutput, type OutputFile } from "../output-file.ts";

/**
 * Reads the ids of a baseline.
 *
 * @throws CommandError `FILE_UNREADABLE`
 */
export function readBaseline(path: string): ReadonlySet<string> {
  const read = tryBaseline(path);
  if (read.ok) return read.ids;
  throw new CommandError(
    "FILE_UNREADABLE",
    `the baseline ${path} cannot be read: ${read.reason}`,
    "check --baseline, or write the file with --write-baseline",
  );
}

type BaselineRead =
  { readonly ok: true; readonly ids: ReadonlySet<string> } | { readonly ok: false; readonly reason: string };

function tryBaseline(path: string): BaselineRead {
  const content = readTextFile(path);
  if (!content.ok) return { ok: false, reason: content.message };
  const parsed = readJsonValue(content.text);
  if (!parsed.ok) return { ok: false, reason: "it is not JSON" };
  try {
    return { ok: true, ids: parseBaseline(parsed.value) };
  } catch (error) {
    if (isDurarError(error)) return { ok: false, reason: error.message };
    throw error;
  }
}

/** The file of `--write-baseline`. */
export function baselineOutput(path: string): OutputFile {
  const isOlder = (older: string): boolean => tryBaseline(older).ok;
  return { path, what: "baseline", flag: "write-baseline", isOlder };
}

/**
 * Writes the ids of all findings.
 *
 * @throws CommandError `FILE_UNWRITABLE`
 */
export function writeBaseline(file: OutputFile, findings: readonly Finding[]): void {
  writeOutput(file, formatBaseline(findings));
}
