import { COMMAND_ERRORS, EXIT_CODES } from "@durar/cli";
import { code, page, table } from "./page.ts";

/** `docs/reference/exit-codes.md`: the statuses of the command. */
export function exitCodesPage(): string {
  return page(
    "Exit codes",
    "One table for the whole command. Of several that apply, the first of 70, 2, 1, 3 is given.",
    table(
      ["status", "meaning", "errors of the command itself"],
      Object.entries(EXIT_CODES).map(([status, meaning]) => [
        code(status),
        meaning,
        errorsWith(Number(status)),
      ]),
    ),
  );
}

function errorsWith(status: number): string {
  return Object.entries(COMMAND_ERRORS)
    .filter(([, { exitCode }]) => exitCode === status)
    .map(([name]) => code(name))
    .join(", ");
}
