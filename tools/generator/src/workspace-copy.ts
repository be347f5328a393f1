import { constants, copyFileSync, cpSync, linkSync, mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { readlinkSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** What is made, not written: a copy makes its own. */
const made = new Set(["node_modules", "dist", "coverage", ".nx", ".git"]);

/**
 * Copies this workspace into a temporary directory, where it can be changed and built: sources are copied, the packages
 * that npm installed are linked. Its links between packages lead to the copy's own.
 *
 * @returns the directory, for the caller to remove
 */
export function copyWorkspace(): string {
  const copy = mkdtempSync(join(tmpdir(), "durar-workspace-"));
  cpSync(root, copy, {
    recursive: true,
    filter: (path) =>
      !relative(root, path)
        .split(sep)
        .some((segment) => made.has(segment)),
  });
  linkInstalled(root, copy);
  for (const folder of ["packages", "tools"])
    for (const name of readdirSync(join(root, folder)))
      linkInstalled(join(root, folder, name), join(copy, folder, name));
  return copy;
}

function linkInstalled(from: string, to: string): void {
  const installed = readdirSync(from).includes("node_modules");
  if (installed) linkTree(join(from, "node_modules"), join(to, "node_modules"));
}

/** Hard links every file, but those npm and caches write in place. */
function linkTree(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (entry.isDirectory()) {
      if (!/^\.(?!bin$)/.test(entry.name)) linkTree(source, target);
    } else if (entry.name.startsWith(".package-lock")) copyFileSync(source, target);
    else linkOrCopy(source, target);
  }
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch (error) {
    // The temporary directory may be on another file system.
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
  }
}
