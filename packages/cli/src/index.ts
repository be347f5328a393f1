export { COMMAND_ERRORS } from "./command-errors.ts";
export type { CommandErrorCode } from "./command-errors.ts";
export type { CommandResult, Surroundings } from "./console.ts";
export { DIAGNOSIS_CODES } from "./diagnosis/diagnosis.ts";
export type { DiagnosisCode } from "./diagnosis/diagnosis.ts";
export { EXIT_CODES } from "./exit-codes.ts";
export type { ExitCode } from "./exit-codes.ts";
export { runDurar } from "./run-durar.ts";
