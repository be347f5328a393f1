import { fstatSync, readSync, type Stats } from "node:fs";

/** Why the rest of a file is not read. */
export type FileRefusal = "directory" | "not-regular" | "too-large";

/** Whether a file of this kind and size may be read. */
export function refusal(stats: Stats, maxBytes: number): FileRefusal | undefined {
  if (!stats.isFile()) return stats.isDirectory() ? "directory" : "not-regular";
  return stats.size <= maxBytes ? undefined : "too-large";
}

/**
 * Reads an open file from its start to its end. `expected` is the size of the file as it was before it was opened:
 * where one read comes to just that, nothing has changed since, and two more calls to the system are saved.
 */
export function readOpened(file: number, expected: number, maxBytes: number): Buffer | FileRefusal {
  let buffer = Buffer.allocUnsafe(expected + 1);
  let length = readSync(file, buffer, 0, buffer.length, null);
  if (length === expected && length > 0) return buffer.subarray(0, length);

  const refused = refusal(fstatSync(file), maxBytes);
  if (refused !== undefined) return refused;
  for (let read = length; read > 0; length += read) {
    if (length > maxBytes) return "too-large";
    if (length === buffer.length) buffer = Buffer.concat([buffer], Math.min(2 * length, maxBytes) + 1);
    read = readSync(file, buffer, length, buffer.length - length, null);
  }
  return buffer.subarray(0, length);
}
