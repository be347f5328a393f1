import { realpath, stat } from "node:fs/promises";

/**
 * What tells one state of a file from another: where it really lies, which file it is, and when it was last touched.
 * Nothing of its content.
 */
export async function pathMark(path: string): Promise<string> {
  try {
    const real = await realpath(path);
    const { dev, ino, size, mtimeNs, ctimeNs, mode } = await stat(real, { bigint: true });
    return [real, dev, ino, size, mtimeNs, ctimeNs, mode].join(":");
  } catch (error) {
    return `missing:${(error as NodeJS.ErrnoException).code ?? ""}`;
  }
}
