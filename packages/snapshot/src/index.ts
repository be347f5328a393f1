export { activationFailures } from "./activation-failures.ts";
export { createSnapshot } from "./create-snapshot.ts";
export type { Change, ChangeListener } from "./consumer.ts";
export type { ConsumerOptions } from "./consumers.ts";
export { describePlace } from "./describe-place.ts";
export { SNAPSHOT_ERRORS, SnapshotError } from "./errors.ts";
export type { SnapshotErrorCode } from "./errors.ts";
export type { Inputs } from "./inputs.ts";
export { createSecretsManager } from "./manager/create-secrets-manager.ts";
export type { Trigger } from "./manager/state.ts";
export type {
  Activation,
  Admission,
  Attempt,
  CallOptions,
  ManagerStatus,
  RecoveryBounds,
  Rehearsal,
  ReloadOptions,
  SecretsManager,
  SecretsManagerOptions,
  Submission,
} from "./manager/types.ts";
export { SNAPSHOT_NOTICES } from "./notices.ts";
export type { Notice, NoticeCode } from "./notices.ts";
export { prepare } from "./prepare.ts";
export type { StoreOwner } from "./secret-table.ts";
export type { Snapshot } from "./snapshot.ts";
export type { Activated, GroupWinner } from "./snapshot.ts";
export type { Outcome, Preparation, PreparedEntry, PrepareOptions } from "./types.ts";
