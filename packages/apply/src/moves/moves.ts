import { isDeepStrictEqual } from "node:util";
import {
  findProvider,
  refKey,
  type DurarError,
  type ProviderConfig,
  type SecretRef,
} from "@durar/secretref-schema";
import type { Contract } from "../contract/read-contract.ts";
import { label, type PlanTarget } from "../contract/plan-target.ts";
import { applyError } from "../errors.ts";

/** A value that is to be added where its ref leads. */
export interface Move {
  readonly ref: SecretRef;
  readonly config: ProviderConfig;
  readonly value: string | Readonly<Record<string, unknown>>;
  /** The targets it comes from, for messages. */
  readonly label: string;
  readonly paths: readonly string[];
}

/** The moves that a plan asks for, each ref once, and what speaks against others. */
export function movesOf({ targets, secrets }: Contract): {
  readonly moves: readonly Move[];
  readonly problems: readonly DurarError[];
} {
  const moves = new Map<string, Move>();
  const problems: DurarError[] = [];
  for (const target of targets) {
    const { ref, state, written, isDone } = target;
    const key = refKey(ref);
    if (written.move !== true || state.plaintext === undefined || isDone) continue;
    const found = findProvider(secrets, ref);
    if (!found.ok) continue;
    if (found.config.source === "exec") {
      problems.push(unusable(target, "a command's secrets cannot be written, so nothing can be moved to it"));
      continue;
    }
    const move: Move = {
      ...{ ref, config: found.config, value: state.plaintext },
      label: label(target),
      paths: [written.path],
    };
    const other = moves.get(key);
    if (other === undefined) moves.set(key, move);
    else if (!isDeepStrictEqual(other.value, move.value))
      problems.push(taken(move, `${other.label} moves another value there`));
  }
  return { moves: [...moves.values()], problems };
}

/** That another value stands where one is to be moved. */
export function taken({ label, paths }: Move, why: string): DurarError {
  return applyError("APPLY_DESTINATION_TAKEN", `${label}: ${why}`, { paths });
}

/** That a value cannot be moved where its ref leads. */
export function unusable(
  target: PlanTarget | Pick<Move, "label" | "paths">,
  why: string,
  hint?: string,
): DurarError {
  const about = "label" in target ? target : { label: label(target), paths: [target.written.path] };
  return applyError("APPLY_DESTINATION_UNUSABLE", `${about.label}: ${why}`, { paths: about.paths, hint });
}
