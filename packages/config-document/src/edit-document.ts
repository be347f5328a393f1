import { changeTree, type DocumentChange } from "./change-tree.ts";
import type { ConfigDocument } from "./config-document.ts";
import { editContainer, replacedValue } from "./edit-container.ts";
import { planEdits, type EditPlan } from "./edit-plan.ts";
import { EDIT_RULES, type EditProblem, type EditRule } from "./edit-rules.ts";
import { hasLineBreak, pageOf } from "./page.ts";
import { applyTextEdits, orderEdits, type TextEdit } from "./text-edits.ts";
import { documentStyle } from "./text-style.ts";

/** The edited text and the edits that make it, or every reason why there are none. */
export type EditDocumentResult =
  | { readonly ok: true; readonly text: string; readonly edits: readonly TextEdit[] }
  | { readonly ok: false; readonly problems: readonly EditProblem[] };

/**
 * Sets and deletes values of a document as edits of its text; every byte outside of them stays. All paths are those
 * of the document as it was read, array indexes too, and all changes are made, or none: every problem is answered.
 *
 * `set` creates the objects that are missing on its path, appends to an array at its length and onwards, and with the
 * path `[]` sets the root. `delete` takes the member or element out, with its comma and the comments behind it on its
 * line; comments on other lines stay. What already stands as wanted is not edited, nor is what is absent deleted.
 *
 * Of members with one name only the last is read. `set` sets that one and removes what stands at the path in the
 * others, where an old secret would stay behind; `delete` removes all. New text follows the style around it. The
 * result reads, with the format and bounds of the document, as the value with the changes applied.
 *
 * Linear in the text and the changes, but for the sorting of edits. `text` and `edits` may hold secrets, problems
 * hold none.
 */
export function editDocument(
  document: ConfigDocument,
  changes: readonly DocumentChange[],
): EditDocumentResult {
  const rules = new Map<number, EditRule>();
  const report = (rule: EditRule, index: number): void => {
    if (!rules.has(index)) rules.set(index, rule);
  };
  const plan = planEdits(document, changeTree(document, changes, report), report);
  if (rules.size > 0) {
    const sorted = [...rules].sort(([one], [other]) => one - other);
    const problems = sorted.map(([change, rule]) => {
      return { rule, message: EDIT_RULES[rule].when, change, path: [...(changes[change]?.path ?? [])] };
    });
    return { ok: false, problems };
  }
  const edits = orderEdits(editsOf(document, plan));
  return { ok: true, text: applyTextEdits(document.text, edits), edits };
}

function editsOf(document: ConfigDocument, plan: EditPlan): TextEdit[] {
  if (plan.root === undefined && plan.containers.length === 0) return [];
  const page = pageOf(document);
  const { root } = document;
  const style = documentStyle(page, root);
  if (plan.root !== undefined) {
    const isLine = !("value" in root) && root.end - root.start > 2 && !hasLineBreak(page, root);
    const layout = isLine ? "one-line" : "lines";
    return [replacedValue(page, root, plan.root, style, { indent: "", column: 0, layout })];
  }
  const edits: TextEdit[] = [];
  for (const container of plan.containers)
    for (const edit of editContainer(page, container, style, container.node === root)) edits.push(edit);
  return edits;
}
