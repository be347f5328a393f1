import { readdirSync, type Dirent } from "node:fs";

/** What a directory holds, in order of names; nothing where it does not exist. */
export interface Listing {
  readonly entries: readonly Dirent[];
  /** Why it cannot be listed, to be read after its path; `undefined` where it can, or does not exist. */
  readonly problem: string | undefined;
}

/** Lists a directory, symbolic links to it followed. */
export function listDirectory(path: string): Listing {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return { entries: entries.sort((a, b) => (a.name < b.name ? -1 : 1)), problem: undefined };
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return { entries: [], problem: undefined };
    return { entries: [], problem: code === "ENOTDIR" ? "is no directory" : `cannot be listed (${code})` };
  }
}
