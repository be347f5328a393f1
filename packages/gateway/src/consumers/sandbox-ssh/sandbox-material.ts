import { SSH_MATERIAL, sshSandboxes, type SshMaterial, type SshSandbox } from "@durar/durar-config";
import type { Snapshot } from "@durar/snapshot";
import { sshFileText } from "./ssh-file-text.ts";
import { parseSshTarget, type SshTarget } from "./ssh-target.ts";

/** What is written for one agent. Holds secrets. */
export interface SandboxMaterial {
  readonly target: SshTarget;
  /** The content of each file; absent where the credential is not set. */
  readonly files: Readonly<Partial<Record<SshMaterial, string>>>;
}

/** What is to be written, by agent. An agent whose target is none has nothing. */
export function sandboxMaterial(snapshot: Snapshot): ReadonlyMap<string, SandboxMaterial> {
  return new Map(
    sshSandboxes(snapshot.config).flatMap((sandbox) => {
      const target = parseSshTarget(sandbox.target ?? "");
      const material = target && { target, files: filesOf(sandbox, snapshot) };
      return material === undefined ? [] : [[sandbox.agentId, material]];
    }),
  );
}

function filesOf({ material }: SshSandbox, snapshot: Snapshot): SandboxMaterial["files"] {
  return Object.fromEntries(
    SSH_MATERIAL.flatMap((name) => {
      const secret = snapshot.read(material[name])?.reveal();
      return typeof secret === "string" ? [[name, sshFileText(secret)]] : [];
    }),
  );
}
