export type {
  FileIdentity,
  OpenedVerdict,
  PathPurpose,
  TrustApproval,
  TrustOptions,
  TrustRefusal,
  TrustRule,
  TrustVerdict,
} from "./types.ts";
