/** Every status the command ends with. Of several that apply, the first of 70, 2, 1, 3 is given. */
export const EXIT_CODES = Object.freeze({
  0: "done",
  1: "findings, or refused or failed",
  2: "something is unresolved or invalid",
  3: "incomplete: something was skipped or could not be read",
  64: "usage: an unknown command or flag, or a bad value",
  69: "the gateway cannot be reached",
  70: "internal error",
  77: "consent needed: --allow-exec",
  130: "interrupted",
});

/** A status of {@link EXIT_CODES}. */
export type ExitCode = keyof typeof EXIT_CODES;
