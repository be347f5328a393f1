import { widenCuts, type Cut } from "./cut-entries.ts";
import type { ContainerPlan } from "./edit-plan.ts";
import { entryRanges, gapAfter, ownComments } from "./gap.ts";
import type { TextRange } from "./nodes.ts";
import type { Page } from "./page.ts";

/**
 * What goes with the removed entries: their commas, the comments behind them on their lines, the comma that the last
 * entry left may not keep, and the white space left over. An entry that `slot` names only loses its comments.
 */
export function removedRanges(page: Page, plan: ContainerPlan, slot: number | undefined): TextRange[] {
  const { node, removed, appended } = plan;
  const entries = entryRanges(node);
  const close = node.end - 1;
  if (removed.size === 0) return [];
  if (removed.size === entries.length && appended.length === 0 && !keepsComments(page, plan))
    return [{ start: node.start + 1, end: close }];

  const cuts: Cut[] = [];
  for (const index of [...removed].sort((one, other) => one - other)) {
    const entry = entries[index];
    if (entry === undefined) continue;
    const gap = gapAfter(page, entry.end);
    const own: Cut[] = ownComments(gap, isKept(index + 1)).map(({ start, end }) => ({
      start,
      end,
      bare: false,
    }));
    if (index !== slot) {
      own.push({ start: entry.start, end: entry.end, bare: false });
      if (gap.comma !== undefined) own.push({ start: gap.comma, end: gap.comma + 1, bare: false });
    }
    cuts.push(...own.sort((one, other) => one.start - other.start));
  }
  const comma = appended.length === 0 ? needlessComma(page, entries, removed) : undefined;
  if (comma !== undefined) cuts.push({ start: comma, end: comma + 1, bare: true });
  cuts.sort((one, other) => one.start - other.start);
  return widenCuts(page, cuts, close);

  function isKept(index: number): boolean {
    return index < entries.length && !removed.has(index);
  }
}

/** The index of the last entry that stays, -1 where none does. */
export function lastKept(count: number, removed: ReadonlySet<number>): number {
  let index = count - 1;
  while (removed.has(index)) index--;
  return index;
}

/** The comma behind the last entry left, where the container had none behind its last. */
function needlessComma(
  page: Page,
  entries: readonly TextRange[],
  removed: ReadonlySet<number>,
): number | undefined {
  const kept = entries[lastKept(entries.length, removed)];
  const last = entries.at(-1);
  if (kept === undefined || last === undefined || kept === last) return undefined;
  return gapAfter(page, last.end).comma === undefined ? gapAfter(page, kept.end).comma : undefined;
}

/** Whether comments stay in a container that loses all of its entries. */
function keepsComments(page: Page, { node }: ContainerPlan): boolean {
  if (gapAfter(page, node.start + 1).comments.length > 0) return true;
  return entryRanges(node).some(({ end }) => {
    const gap = gapAfter(page, end);
    return ownComments(gap, false).length < gap.comments.length;
  });
}
