import { writeSync } from "node:fs";

/**
 * Writes a text to standard output or standard error, all of it before it returns. Answers the system's code where it
 * cannot be written. A reader that has seen enough, as `head` has, is no failure.
 */
export function print(descriptor: 1 | 2, text: string): string | undefined {
  let rest = Buffer.from(text);
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest));
    return undefined;
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    if (code === "EPIPE") return undefined;
    if (code !== "EAGAIN") return code;
    // A pipe that does not wait, and is full: Node's own stream knows how to go on.
    const stream = descriptor === 1 ? process.stdout : process.stderr;
    stream.on("error", () => undefined).write(rest);
    return undefined;
  }
}
