import type { EditRule } from "./edit-rules.ts";
import type { EnvEntry, EnvFile } from "./read-env-file.ts";
import { writeEnvValue } from "./write-env-value.ts";

/** A change of a `.env` file. Its `value` may be a secret. */
export type EnvChange =
  | {
      readonly op: "delete";
      /** An index in the `entries` of the file as it was read. */ readonly entry: number;
    }
  | { readonly op: "set"; readonly name: string; readonly value: string };

/** What is to be done to which entry. */
export interface EnvEditPlan {
  /** The entries that go. */
  readonly deleted: ReadonlySet<EnvEntry>;
  /** The new values of entries that stay. */
  readonly replaced: ReadonlyMap<EnvEntry, string>;
  /** Names and values of new entries, in order. */
  readonly appended: readonly (readonly [name: string, value: string])[];
}

/** Sees what the changes come to, and reports every one that cannot be made by its index. */
export function planEnvEdits(
  file: EnvFile,
  changes: readonly EnvChange[],
  report: (rule: EditRule, change: number) => void,
): EnvEditPlan {
  const deleted = new Set<EnvEntry>();
  const values = new Map<string, string>();
  for (const [index, change] of changes.entries()) {
    if (change.op === "delete") {
      const entry = file.entries[change.entry];
      if (entry === undefined) report("env-entry", index);
      else if (deleted.has(entry)) report("env-conflict", index);
      else deleted.add(entry);
    } else if (!/^[\w.-]+$/.test(change.name) || change.name === "__proto__") report("env-name", index);
    else if (writeEnvValue(change.value, anyStyle) === undefined) report("env-value", index);
    else if (values.has(change.name)) report("env-conflict", index);
    else values.set(change.name, change.value);
  }
  // Of the entries that stay: of one name the last counts.
  const last = new Map<string, EnvEntry>();
  for (const entry of file.entries) if (!deleted.has(entry)) last.set(entry.name, entry);
  const replaced = new Map<EnvEntry, string>();
  const appended: [string, string][] = [];
  for (const [name, value] of values) {
    const entry = last.get(name);
    if (entry === undefined) appended.push([name, value]);
    else if (entry.value !== value) replaced.set(entry, value);
  }
  return { deleted, replaced, appended };
}

const anyStyle = Object.freeze({ quotes: [], lineBreak: "\n", bare: true });
