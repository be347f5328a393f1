import type { ReadyResolver } from "./ready-resolver.ts";

/** Every ready resolver by its name, each loaded only where it is meant. */
export const READY_RESOLVERS: Readonly<Record<string, () => Promise<ReadyResolver>>> = Object.freeze({
  "aws-credential-process": async () => (await import("./aws-credential-process.ts")).awsCredentialProcess,
  bw: async () => (await import("./bw.ts")).bw,
  "docker-credential": async () => (await import("./docker-credential.ts")).dockerCredential,
  dotenvx: async () => (await import("./dotenvx.ts")).dotenvx,
  "git-credential": async () => (await import("./git-credential.ts")).gitCredential,
  keepassxc: async () => (await import("./keepassxc.ts")).keepassxc,
  sops: async () => (await import("./sops.ts")).sops,
});
