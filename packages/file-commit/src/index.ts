export { COMMIT_ERRORS } from "./errors.ts";
export type { CommitErrorCode } from "./errors.ts";
export type { FileLockOptions } from "./lock.ts";
export { replaceFile } from "./replace-file.ts";
export type { ReplacedFile, ReplaceFileOptions } from "./replace-file.ts";
export { withFileLock } from "./with-file-lock.ts";
