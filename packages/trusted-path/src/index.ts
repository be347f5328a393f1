export { judgePath } from "./judge-path.ts";
export { openTrusted } from "./open-trusted.ts";
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
