/** Standard output as it was before it was diverted. */
export interface AnswerChannel {
  /** Writes text to the real standard output. @returns whether all of it was taken */
  write(text: string): Promise<boolean>;
}

/**
 * From here on, whatever the process prints through `console.log` or `process.stdout` goes to standard error, so that
 * standard output carries the answer and nothing else. What is written to descriptor 1 itself, or by a child that
 * inherits it, is out of reach.
 */
export function divertOutput(): AnswerChannel {
  const { stdout, stderr } = process;
  // Whoever reads may be gone; that shows where it is written to, and must not end the process with a trace.
  for (const stream of [stdout, stderr]) stream.on("error", () => undefined);
  const write = stdout.write.bind(stdout);
  stdout.write = stderr.write.bind(stderr);
  stdout.end = endNothing(stdout);
  return {
    write: (text) =>
      new Promise((resolve) => {
        write(text, (error) => resolve(!error));
        while (stdout.writableCorked > 0) stdout.uncork();
      }),
  };
}

/** Ends nothing, and tells whoever ended it that it is done: a pipeline waits for that. */
function endNothing<Stream extends NodeJS.WriteStream>(stream: Stream) {
  return (...args: readonly unknown[]): Stream => {
    const [chunk] = args;
    if (typeof chunk === "string" || chunk instanceof Uint8Array) stream.write(chunk);
    const done = args.find((arg) => typeof arg === "function");
    process.nextTick(() => {
      stream.emit("finish");
      done?.();
    });
    return stream;
  };
}
