import type { DurarError } from "@durar/secretref-schema";
import { CommandError } from "../command-error.ts";

/** Several errors as one, the only one as it is. */
export function together(problems: readonly DurarError[]): DurarError {
  const [first, ...others] = problems;
  if (first !== undefined && others.length === 0) return first;
  return new CommandError(
    "USAGE",
    `${problems.length} answers are missing or cannot be taken`,
    "see durar onboard --help",
    problems,
  );
}

/** That an answer is missing, or is none that could be taken. */
export function misused(problem: string, hint: string): CommandError {
  return new CommandError("USAGE", problem, hint);
}
