import { lstat, readlink } from "node:fs/promises";
import { dirname, isAbsolute, join, parse } from "node:path";

/** As many links as the system itself follows. */
const MAX_LINKS = 40;

/**
 * The directories in which a change can change what an absolute path leads to: that of each link on the way, and the one
 * the file really lies in; for a directory, itself. Where something is missing on the way, the directory it would appear
 * in.
 */
export async function linkDirectories(path: string): Promise<ReadonlySet<string>> {
  const directories = new Set<string>();
  const { root } = parse(path);
  let current = root;
  let isDirectory = true;
  let links = 0;
  const pending = namesIn(path);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name === "..") {
      current = dirname(current);
      continue;
    }
    const next = join(current, name);
    const stats = await lstat(next).catch(() => undefined);
    if (stats === undefined) break;
    if (!stats.isSymbolicLink()) {
      current = next;
      isDirectory = stats.isDirectory();
      continue;
    }
    directories.add(current);
    links += 1;
    if (links > MAX_LINKS) break;
    const target = await readlink(next).catch(() => "");
    if (isAbsolute(target)) current = root;
    pending.push(...namesIn(target));
  }
  return directories.add(isDirectory ? current : dirname(current));
}

/** The names of a path, the last first. They are taken one by one: behind a link, `..` is not the directory before it. */
function namesIn(path: string): string[] {
  const names = path.slice(parse(path).root.length).split("/");
  return names.filter((name) => name !== "" && name !== ".").reverse();
}
