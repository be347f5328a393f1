import { cp, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run, temporaryDirectory } from "@durar/testing";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** A copy of this workspace's files under version control, in a repository of its own. */
export async function workspaceCopy(): Promise<string> {
  const copy = await temporaryDirectory();
  const { stdout } = await git(root, ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  for (const file of stdout.split("\0").filter((name) => name !== "")) {
    await mkdir(dirname(join(copy, file)), { recursive: true });
    await cp(join(root, file), join(copy, file));
  }
  await git(copy, ["init", "--quiet", "--initial-branch", "main"]);
  await commitAll(copy);
  return copy;
}

/** Commits whatever has changed. */
export async function commitAll(directory: string): Promise<void> {
  await git(directory, ["add", "--all"]);
  const author = ["-c", "user.name=release", "-c", "user.email=release@example.invalid"];
  await git(directory, [...author, "commit", "--quiet", "--message", "as it is"]);
}

async function git(cwd: string, args: readonly string[]) {
  const finished = await run("git", args, { cwd, env: { PATH: process.env["PATH"] ?? "", HOME: cwd } });
  if (finished.exitCode !== 0) throw new Error(`git ${args[0] ?? ""}: ${finished.stderr}`);
  return finished;
}
