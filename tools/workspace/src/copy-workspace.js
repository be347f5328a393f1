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
 * @returns {string} the directory, for the caller to remove
 */
export function copyWorkspace() {
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

/**
 * @param {string} from
 * @param {string} to
 */
function linkInstalled(from, to) {
  const installed = readdirSync(from).includes("node_modules");
  if (installed) linkTree(join(from, "node_modules"), join(to, "node_modules"));
}

/**
 * Hard links every file, but those npm and caches write in place.
 *
 * @param {string} from
 * @param {string} to
 */
function linkTree(from, to) {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (entry.isDirectory()) {
      if (!/^\.(?!bin$)/.test(entry.name)) linkTree(source, target);
    } else if (entry.name.startsWith(".package-lock")) copyFileSync(source, target);
    else linkOrCopy(source, target);
  }
}

/**
 * @param {string} source
 * @param {string} target
 */
function linkOrCopy(source, target) {
  try {
    linkSync(source, target);
  } catch (error) {
    // The temporary directory may be on another file system.
    if (!(error instanceof Error && "code" in error && error.code === "EXDEV")) throw error;
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
  }
}
