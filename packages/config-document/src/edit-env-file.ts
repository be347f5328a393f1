import { EDIT_RULES, type EditRule } from "./edit-rules.ts";
import { planEnvEdits, type EnvChange, type EnvEditPlan } from "./env-edit-plan.ts";
import { envEdits, type EnvCare } from "./env-edits.ts";
import { readEnvFile, type EnvFile } from "./read-env-file.ts";
import { applyTextEdits, type TextEdit } from "./text-edits.ts";

/** Why a change of a `.env` file cannot be made. It holds no name and no value. */
export interface EnvEditProblem {
  readonly rule: EditRule;
  /** One line: what is wrong. */
  readonly message: string;
  /** Which one of the changes, 0-based. */
  readonly change: number;
}

/** The edited text and the edits that make it, or every reason why there are none. */
export type EditEnvFileResult =
  | { readonly ok: true; readonly text: string; readonly edits: readonly TextEdit[] }
  | { readonly ok: false; readonly problems: readonly EnvEditProblem[] };

const cares: readonly EnvCare[] = ["usual", "separated", "closed"];

/**
 * Deletes and sets entries of a `.env` file as edits of its text; every byte outside of them stays. All changes are
 * made, or none. Indexes are those of the entries of `readEnvFile(text)`.
 *
 * `delete` takes out the lines of one entry, with a comment on them and one line break; other entries of its name stay.
 * `set` gives the last entry of the name, of those that are not deleted, another value, in its quotes where they will
 * do, or adds a line at the end. The quotes are chosen so that `dotenv` reads just the value, and where possible a POSIX
 * shell as well (`set -a; . ./.env`). What has the value already is not edited.
 *
 * The result is read again: it has just the entries it should. Where an entry kept the lines around it apart (an open
 * quote, a name without a value), a comment takes its place.
 *
 * Linear in the text and the changes. `text` and `edits` may hold secrets, problems hold none.
 */
export function editEnvFile(text: string, changes: readonly EnvChange[]): EditEnvFileResult {
  const file = readEnvFile(text);
  const rules = new Map<number, EditRule>();
  const plan = planEnvEdits(file, changes, (rule, change) => rules.set(change, rule));
  if (file.problems.some(({ rule }) => rule === "too-many-entries"))
    for (const change of changes.keys()) rules.set(change, "env-unread");
  if (rules.size > 0) return { ok: false, problems: problemsOf(rules) };
  const wanted = entriesAfter(file, plan);
  for (const care of cares) {
    const edits = envEdits(text, file, plan, care);
    const edited = applyTextEdits(text, edits);
    if (holds(edited, wanted)) return { ok: true, text: edited, edits };
  }
  return { ok: false, problems: problemsOf([...changes.keys()].map((change) => [change, "env-entangled"])) };
}

type NameAndValue = readonly [name: string, value: string];

function entriesAfter({ entries }: EnvFile, { deleted, replaced, appended }: EnvEditPlan): NameAndValue[] {
  const stay = entries.filter((entry) => !deleted.has(entry));
  const changed = stay.map((entry): NameAndValue => [entry.name, replaced.get(entry) ?? entry.value]);
  return changed.concat(appended);
}

function holds(text: string, wanted: readonly NameAndValue[]): boolean {
  const { entries } = readEnvFile(text, { maxEntries: Infinity });
  return (
    entries.length === wanted.length &&
    entries.every(({ name, value }, index) => name === wanted[index]?.[0] && value === wanted[index]?.[1])
  );
}

function problemsOf(rules: Iterable<readonly [change: number, rule: EditRule]>): readonly EnvEditProblem[] {
  const sorted = [...rules].sort(([one], [other]) => one - other);
  return sorted.map(([change, rule]) => ({ rule, message: EDIT_RULES[rule].when, change }));
}
