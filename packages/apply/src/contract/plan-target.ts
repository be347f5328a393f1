import type { Path, Target } from "@durar/credential-surface";
import type { DurarError, ParsedSecretInput, SecretRef, SecretsPlanTarget } from "@durar/secretref-schema";
import type { DocumentStore } from "../drafts/desk.ts";
import { applyError } from "../errors.ts";

/** What stands in a field, both its own and the sibling that holds a ref in its stead. */
export interface FieldState {
  /** What is in force. */
  readonly input: ParsedSecretInput;
  /** The credential that the field itself holds as plaintext, also beside a ref; `undefined` where it holds none. */
  readonly plaintext: string | Readonly<Record<string, unknown>> | undefined;
}

/** A target of a plan that was found to be sound: where it is, what stands there, and what is to stand there. */
export interface PlanTarget {
  /** Its place in the plan, from 0. */
  readonly index: number;
  readonly written: SecretsPlanTarget;
  readonly target: Target;
  readonly place: DocumentStore;
  readonly path: Path;
  readonly ref: SecretRef;
  readonly state: FieldState;
  /** Whether the ref is in force already. */
  readonly isDone: boolean;
  /** The model provider it is for. */
  readonly provider: string | undefined;
}

/** That a target breaks a rule. */
export function invalidTarget(written: SecretsPlanTarget, index: number, rule: string): DurarError {
  const { type, path } = written;
  const message = `target ${index + 1}: Invalid plan target path for ${type}: ${path} (${rule})`;
  return applyError("PLAN_TARGET_INVALID", message, { paths: [path] });
}

/** A target's store, path and number as messages name it. */
export function label({ index, written }: Pick<PlanTarget, "index" | "written">): string {
  return `target ${index + 1} (${written.agentId === undefined ? "" : `${written.agentId}: `}${written.path})`;
}
