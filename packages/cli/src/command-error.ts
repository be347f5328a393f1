import { DurarError } from "@durar/secretref-schema";
import type { CommandErrorCode } from "./command-errors.ts";

/** An error of the command itself. */
export class CommandError extends DurarError<CommandErrorCode> {
  constructor(code: CommandErrorCode, message: string, hint: string) {
    super({ code, kind: "invalid-config", message, hint });
  }
}

Object.defineProperty(CommandError.prototype, "name", {
  value: "CommandError",
  configurable: true,
  writable: true,
});
