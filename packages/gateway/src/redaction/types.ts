import type { Surface } from "@durar/credential-surface";

/** What redaction and restoring go by. */
export interface RedactionRules {
  /** What stands for a secret: the layout's sentinel. */
  readonly sentinel: string;
  /** Where credentials lie. Only its targets and unsupported paths of the store `config` count. */
  readonly surface: Surface;
  /** Whether the plaintext under a key of this name is a secret, wherever the key stands. */
  readonly isSecretName: (key: string) => boolean;
}
