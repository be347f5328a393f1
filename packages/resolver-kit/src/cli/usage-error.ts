/** The command line cannot be understood. Its message repeats no value that was typed: it may be a secret. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
