import { isDeepStrictEqual } from "node:util";
import { formatPath } from "@durar/credential-surface";
import { formatRef, printable, refKey, refsIn, SECRET_ERRORS, type Secret } from "@durar/secretref-schema";
import type { PreparedEntry } from "@durar/snapshot";
import type { FieldInForce } from "./ask-gateway.ts";
import type { FieldOnDisk } from "./resolve-locally.ts";
import type { TargetReport } from "./types.ts";

/** A report and the secret that goes with it. */
export interface Reported {
  readonly report: TargetReport;
  readonly secret: Secret | undefined;
}

/** A field as the gateway has it in force, and how the one on disk differs from it. */
export function reportInForce(
  { target, report, secret }: FieldInForce,
  onDisk: FieldOnDisk | undefined,
): Reported {
  const { file, agentId, holds, refs, active, reason, code = "SECRET_NOT_FOUND" } = report;
  const state = !active ? "inactive_surface" : secret === undefined ? "unresolved" : "resolved_gateway";
  return {
    secret: state === "resolved_gateway" ? secret : undefined,
    report: {
      ...{
        state,
        targetId: target.id,
        file,
        agentId,
        path: onDisk?.text ?? printable(formatPath(report.pathSegments)),
        holds,
      },
      refPath: onDisk && siblingOf(onDisk),
      refs: refs.map((ref) => printable(formatRef(ref))),
      ...{ context: "gateway", reason: printable(reason) },
      ...(state === "unresolved" ? { code: printable(code), ...explained(code) } : {}),
      differs: difference({ target, report, secret }, onDisk),
    },
  };
}

/** A field on disk, and what it came to in this shell. */
export function reportOnDisk(
  field: FieldOnDisk,
  outcome: PreparedEntry["outcome"],
  differs?: string,
): Reported {
  const { place, activity, text } = field;
  const { target, store, input } = place;
  const secret = outcome.kind === "resolved" || outcome.kind === "plaintext" ? outcome.value : undefined;
  const state = !activity.active
    ? "inactive_surface"
    : secret === undefined
      ? "unresolved"
      : "resolved_local";
  return {
    secret: state === "resolved_local" ? secret : undefined,
    report: {
      ...{ state, targetId: target.id, file: store.kind, agentId: store.agentId, path: text },
      refPath: siblingOf(field),
      holds: input.kind === "absent" || input.kind === "empty" ? "malformed" : input.kind,
      refs: refsIn(input).map(formatRef),
      ...{ context: "local", reason: activity.reason },
      ...(state === "unresolved" ? whyNot(field, outcome) : {}),
      differs,
    },
  };
}

function siblingOf({ place: { path, inputPath } }: FieldOnDisk): string | undefined {
  return inputPath === path ? undefined : formatPath(inputPath);
}

type Why = Pick<TargetReport, "code" | "message" | "hint">;

function whyNot({ place: { input } }: FieldOnDisk, outcome: PreparedEntry["outcome"]): Why {
  if (outcome.kind === "failed") {
    const [error] = outcome.errors;
    if (error !== undefined)
      return { code: error.code, message: printable(error.message), hint: printable(error.hint) };
  }
  if (outcome.kind === "skipped")
    return {
      code: "SECRET_EXEC_NOT_ALLOWED",
      message: "its provider is a command, which was not run",
      hint: "give --allow-exec to run it, or start the gateway",
    };
  const rule = input.kind === "malformed" ? input.rule : "has no value";
  return { code: "SECRET_REF_INVALID", message: rule, hint: SECRET_ERRORS.SECRET_REF_INVALID.hint };
}

function explained(code: string): Why {
  const row = Object.hasOwn(SECRET_ERRORS, code)
    ? SECRET_ERRORS[code as keyof typeof SECRET_ERRORS]
    : undefined;
  return { message: row?.when ?? "the gateway has no value", hint: row?.hint ?? "see durar secrets status" };
}

/** How a field on disk is another than the one in force, in words without a value. */
function difference({ report, secret }: FieldInForce, onDisk: FieldOnDisk | undefined): string | undefined {
  if (onDisk === undefined) return "is not on disk any more";
  const { input } = onDisk.place;
  if (input.kind !== report.holds) return `is a ${input.kind} on disk, and a ${report.holds} in force`;
  const [ours, theirs] = [refsIn(input), report.refs].map((refs) => refs.map(refKey));
  if (!isDeepStrictEqual(ours, theirs))
    return `is ${refsIn(input).map(formatRef).join(", ")} on disk, and another ref in force`;
  if (input.kind === "plaintext" && secret !== undefined && !isDeepStrictEqual(input.value, secret.reveal()))
    return "has another value on disk than in force";
  return undefined;
}
