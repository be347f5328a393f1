import { lstat, realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, resolve, sep } from "node:path";
import { judgePath, type TrustRule } from "@durar/trusted-path";
import { commitError } from "./errors.ts";
import { codeOf, systemError } from "./system-error.ts";

/**
 * Finds the file a path leads to, which need not exist. Where the path goes through links, every directory on the way
 * must belong to root or the current user, with nobody else able to write to it.
 *
 * @returns the real path, free of links
 * @throws COMMIT_REFUSED for a dangling link, a circle of links, or a way that others control; COMMIT_FAILED where
 * the directory does not exist or cannot be entered
 */
export async function resolvePath(path: string): Promise<string> {
  if (path.endsWith("/")) throw refuse(`${path} names a directory`, "name a file");
  const realPath = await follow(path);
  if (realPath !== resolve(path)) await judgeLinks(path, realPath);
  return realPath;
}

async function follow(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === "ELOOP") throw refuse(`the links of ${path} lead in a circle`, "correct the links");
    if (code !== "ENOENT") throw systemError(`${path} cannot be reached`, error);
  }
  const dangling = await lstat(path).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
  if (dangling)
    throw refuse(
      `${path} is a link to a file that does not exist`,
      "remove the link, or create the file it leads to",
    );
  try {
    return join(await realpath(dirname(path)), basename(path));
  } catch (error) {
    throw systemError(`the directory of ${path} cannot be entered`, error);
  }
}

/** About the file itself, when the way to it is trusted: it may be new, and who may write to it is its owner's choice. */
const allowedOfFile: ReadonlySet<TrustRule> = new Set(["missing", "writable-by-others"]);

async function judgeLinks(path: string, realPath: string): Promise<void> {
  // Not by `resolve`, which would take `link/..` for the directory the link lies in.
  const absolute = isAbsolute(path) ? path : `${process.cwd()}${sep}${path}`;
  const verdict = await judgePath(absolute, { purpose: "plan", allowSymlink: true });
  if (verdict.trusted) {
    if (verdict.realPath !== realPath)
      throw refuse(`the links of ${path} changed meanwhile`, "try again when nothing replaces them");
  } else if (verdict.component !== realPath || !allowedOfFile.has(verdict.rule))
    throw refuse(`${path} leads through a link to ${realPath}, and ${verdict.message}`, verdict.remedy);
}

function refuse(problem: string, hint: string): Error {
  return commitError("COMMIT_REFUSED", problem, { hint });
}
