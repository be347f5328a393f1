import { DurarError } from "@durar/secretref-schema";
import type { CommandErrorCode } from "./command-errors.ts";
import type { Reason } from "./failure.ts";

/** An error of the command itself; `failures` has its reasons, where there are several or they say more. */
export class CommandError extends DurarError<CommandErrorCode> {
  readonly failures: readonly Reason[];

  constructor(code: CommandErrorCode, message: string, hint: string, failures: readonly Reason[] = []) {
    super({ code, kind: "invalid-config", message, hint });
    this.failures = Object.freeze([...failures]);
  }
}

Object.defineProperty(CommandError.prototype, "name", {
  value: "CommandError",
  configurable: true,
  writable: true,
});
