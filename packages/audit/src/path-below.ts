import { isAbsolute, relative, sep } from "node:path";

/** A file's path from a directory that it lies in, however deep, with `/` between; `undefined` where it lies elsewhere. */
export function pathBelow(directory: string, file: string): string | undefined {
  const path = relative(directory, file);
  if (path === "" || path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path)) return undefined;
  return path.split(sep).join("/");
}
