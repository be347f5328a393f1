import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A fresh directory (0755, so that another user's process can enter), removed when the test ends. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "durar-test-"));
  await chmod(directory, 0o755);
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes a file, directories on the way too, with exactly this mode whatever the umask. */
export async function writePrivate(
  path: string,
  content: string | Uint8Array,
  mode = 0o600,
): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  await chmod(path, mode);
  return path;
}

/** Writes an executable script (0755). */
export function writeScript(path: string, content: string): Promise<string> {
  return writePrivate(path, content, 0o755);
}
