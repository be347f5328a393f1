import type { Activity, Path, Target } from "@durar/credential-surface";
import type { SecretRef } from "@durar/secretref-schema";

/**
 * What a credential field holds: `plaintext` also beside a ref, `setting` where a text is known to be no credential (a
 * marker, a header that carries none), `unset` where it could hold one.
 */
export type CandidateState = "plaintext" | "ref" | "template" | "setting" | "unset" | "malformed";

/** A field that a plan can put a ref in. It holds no value. */
export interface Candidate {
  readonly target: Target;
  /** The file it lies in, or would. */
  readonly file: string;
  /** 1-based; where the field is unset, of what would hold it. */
  readonly line: number;
  readonly path: Path;
  readonly agentId: string | undefined;
  /** The model provider it is for. */
  readonly provider: string | undefined;
  /** Whether it is the field of a profile that does not exist yet. */
  readonly isNewProfile: boolean;
  readonly state: CandidateState;
  /** The ref that is in force, where one is. */
  readonly ref: SecretRef | undefined;
  /** Whether it is in use, and why; an unset field is judged as if it were not. */
  readonly activity: Activity;
}

/** What is to take the place of what a field holds. */
export interface Assignment {
  readonly candidate: Candidate;
  readonly ref: SecretRef;
  /** Whether the present value is first added where the ref leads. @default false */
  readonly move?: boolean | undefined;
}

/** A plaintext field for which no ref was found, and why. */
export interface Unmapped {
  readonly file: string;
  readonly line: number;
  readonly path: string;
  readonly reason: string;
}
