/** How much a finding weighs. `info` never changes the status of an audit. */
export type Severity = "info" | "warn" | "error";

interface FindingCodeRow {
  /** The severities it is given with, the usual one first. */
  readonly severities: readonly Severity[];
  /** What it means, in one sentence. */
  readonly meaning: string;
}

/** Every code a finding can have. The set is closed. */
export const FINDING_CODES = Object.freeze({
  PLAINTEXT_FOUND: {
    severities: ["warn", "info"],
    meaning: "A credential lies in a file as plaintext; info where a live env ref reads it from a .env file.",
  },
  REF_UNRESOLVED: {
    severities: ["error", "info"],
    meaning: "A reference is malformed or does not resolve; info where it is not in use.",
  },
  REF_SHADOWED: {
    severities: ["warn"],
    meaning: "An agent's own profile takes precedence over a reference in the configuration.",
  },
  LEGACY_RESIDUE: {
    severities: ["warn", "info"],
    meaning: "A legacy store holds a static credential; info for OAuth credentials, which refs do not cover.",
  },
  STORE_UNREADABLE: {
    severities: ["error"],
    meaning:
      "A store cannot be read or parsed, is no regular file, is too large, or has the wrong root type.",
  },
  CONFIG_INVALID: {
    severities: ["error"],
    meaning: "The configuration breaks a rule of its schema, or a credential policy.",
  },
  COMMIT_INTERRUPTED: {
    severities: ["error"],
    meaning: "A change over several files was interrupted and is not finished.",
  },
} as const satisfies Readonly<Record<string, FindingCodeRow>>);

/** A code of {@link FINDING_CODES}. */
export type FindingCode = keyof typeof FINDING_CODES;
