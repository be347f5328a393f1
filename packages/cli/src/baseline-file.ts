import { lstatSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { formatBaseline, parseBaseline, type Finding } from "@durar/audit";
import { readJsonValue, readTextFile } from "@durar/config-document";
import { isDurarError } from "@durar/secretref-schema";
import { CommandError } from "./command-error.ts";

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

/**
 * Makes sure that a baseline may be written to a place: nothing is there, or an older baseline. A mistyped path would
 * otherwise replace whatever it names.
 *
 * @throws CommandError `FILE_UNWRITABLE`
 */
export function checkBaselineTarget(path: string): void {
  const stats = attempt(path, () => lstatSync(path, { throwIfNoEntry: false }));
  if (stats === undefined) {
    attempt(path, () => statSync(dirname(path)));
    return;
  }
  if (!stats.isFile()) throw unwritable(path, "it exists and is no regular file");
  if (stats.size > 0 && !tryBaseline(path).ok) throw unwritable(path, "it exists and is no baseline");
}

/**
 * Writes the ids of all findings. Replaced whole, so that a reader never sees half a baseline.
 *
 * @throws CommandError `FILE_UNWRITABLE`
 */
export function writeBaseline(path: string, findings: readonly Finding[]): void {
  const stage = `${path}.${process.pid}.new`;
  attempt(path, () => {
    writeFileSync(stage, formatBaseline(findings), { flag: "wx" });
    try {
      renameSync(stage, path);
    } finally {
      rmSync(stage, { force: true });
    }
  });
}

function attempt<Result>(path: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw unwritable(path, code === "ENOENT" ? "its directory does not exist" : code);
  }
}

function unwritable(path: string, reason: string): CommandError {
  return new CommandError(
    "FILE_UNWRITABLE",
    `the baseline ${path} cannot be written: ${reason}`,
    "check --write-baseline",
  );
}
