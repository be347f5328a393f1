import { execFileSync } from "node:child_process";

/**
 * Makes a directory a git repository with everything in it as one commit.
 *
 * @param {string} directory
 */
export function makeRepository(directory) {
  const git = (/** @type {readonly string[]} */ ...args) =>
    execFileSync("git", args, { cwd: directory, stdio: ["ignore", "ignore", "pipe"] });
  git("init", "--quiet", "--initial-branch", "main");
  git("config", "user.name", "release");
  git("config", "user.email", "release@example.invalid");
  git("add", "--all");
  git("commit", "--quiet", "--message", "as it is");
}
