import { relative } from "node:path";
import type { Paint } from "@durar/audit";
import { printable } from "@durar/secretref-schema";
import type { ApplyResult, ApplyWarning, Edit } from "./types.ts";

export interface ResultTextOptions {
  /** Files below it are named relative to it. */
  readonly cwd: string;
  /** @default no styles */
  readonly paint?: Paint | undefined;
  /** The summary line alone. @default false */
  readonly summaryOnly?: boolean | undefined;
}

const plain: Paint = (_style, text) => text;

/** A result for people: a summary line, then what changes in each file, values masked, and what was remarked. */
export function formatResult(result: ApplyResult, options: ResultTextOptions): string {
  const { paint = plain, summaryOnly = false } = options;
  const summary = paint("bold", summaryLine(result));
  if (summaryOnly) return `${summary}\n`;
  const lines = [
    summary,
    ...grouped(result.edits, (edit) => editLines(edit, paint), options),
    ...remarks(result.warnings, options),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function summaryLine({
  mode,
  changed,
  changedFiles,
  edits,
  refsChecked,
  skippedExecRefs,
}: ApplyResult): string {
  const refs = `${counted(refsChecked, "ref")} checked`;
  const skipped = skippedExecRefs === 0 ? "" : `, ${counted(skippedExecRefs, "exec ref")} not run`;
  if (!changed) return `nothing to change: ${refs}${skipped}`;
  const verb = mode === "write" ? "changed" : "dry run, would change";
  return `${verb} ${counted(changedFiles.length, "file")} in ${counted(edits.length, "place")}: ${refs}${skipped}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Lines under the name of each file. */
function grouped<Item extends { readonly file: string }>(
  items: readonly Item[],
  linesOf: (item: Item) => readonly string[],
  { cwd, paint = plain }: ResultTextOptions,
): string[] {
  const files = new Map<string, Item[]>();
  for (const item of items) files.set(item.file, [...(files.get(item.file) ?? []), item]);
  return [...files].flatMap(([file, ofFile]) => [
    "",
    paint("bold", printable(shortened(file, cwd))),
    ...ofFile.flatMap(linesOf),
  ]);
}

function shortened(file: string, cwd: string): string {
  const path = relative(cwd, file);
  return path === "" || path.startsWith("..") ? file : path;
}

function editLines({ line, path, was, becomes }: Edit, paint: Paint): string[] {
  const at = `${String(line).padStart(5)}  ${printable(path)}`;
  return [
    ...(was === undefined ? [] : [paint("red", `- ${at}: ${was}`)]),
    ...(becomes === undefined ? [] : [paint("green", `+ ${at}: ${becomes}`)]),
    ...(was === undefined && becomes === undefined ? [paint("green", `+ ${at}`)] : []),
  ];
}

function remarks(warnings: readonly ApplyWarning[], options: ResultTextOptions): string[] {
  if (warnings.length === 0) return [];
  const { paint = plain } = options;
  const lineOf = ({ line, path, message, code }: ApplyWarning): string[] => {
    const at = `${String(line).padStart(5)}  ${path === "" ? "" : `${printable(path)}: `}`;
    return [`  ${at}${printable(message)} ${paint("dim", `[${code}]`)}`];
  };
  return [
    "",
    paint("yellow", `to note: ${counted(warnings.length, "remark")}`),
    ...grouped(warnings, lineOf, options),
  ];
}
