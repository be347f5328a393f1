import { readFile } from "node:fs/promises";

/**
 * Where anything is mounted in this process's view, bind mounts of single files too. Only Linux tells; elsewhere a
 * mount point within one file system shows when the rename is refused.
 */
export async function readMountPoints(): Promise<ReadonlySet<string>> {
  const table = await readFile("/proc/self/mountinfo", "utf8").catch(() => "");
  return new Set(table.split("\n").map((line) => unescape(line.split(" ")[4] ?? "")));
}

/** The kernel writes a space, a tab, a line break and a backslash as `\` and three octal digits. */
function unescape(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
