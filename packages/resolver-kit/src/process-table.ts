import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Whether the system shows the children of processes: Linux with /proc. */
export const showsChildren: boolean = existsSync(`/proc/${process.pid}/task/${process.pid}/children`);

/** The children of a process, as far as the system shows them. */
export function childrenOf(pid: number): readonly number[] {
  if (!showsChildren) return [];
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

/** A process, its children, and theirs. */
export function familyOf(pid: number): ReadonlySet<number> {
  const family = new Set([pid]);
  // What is added while a set is walked is walked too.
  for (const member of family) for (const child of childrenOf(member)) family.add(child);
  return family;
}

/** Whether a process of the group lives; one that has ended and waits for its parent to notice does not. */
export function livesInGroup(group: number): boolean {
  try {
    process.kill(-group, 0);
  } catch {
    return false;
  }
  if (!showsChildren) return true;
  return readdirSync("/proc").some((entry) => /^\d+$/.test(entry) && isLivingMember(entry, group));
}

function isLivingMember(pid: string, group: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // Behind the name, which may hold anything: state, parent, group.
    const [state, , itsGroup] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(itsGroup) === group && state !== "Z";
  } catch {
    // It has ended meanwhile.
    return false;
  }
}
