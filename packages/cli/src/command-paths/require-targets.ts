import { DurarError, printable } from "@durar/secretref-schema";
import { CommandError } from "../command-error.ts";
import type { Surroundings } from "../console.ts";
import type { Reason } from "../failure.ts";
import { unreachedReport, type GatewayAnswer } from "./ask-gateway.ts";
import { gatewayStatus } from "./gateway-status.ts";
import { isToBeResolved } from "./resolve-locally.ts";
import {
  askAndLook,
  inOrder,
  literalOutcome,
  targetsReport,
  type TargetsRequest,
} from "./resolve-targets.ts";
import { reportInForce, reportOnDisk, type Reported } from "./target-report.ts";
import type { TargetReport, TargetsReport } from "./types.ts";

/**
 * How credentials stand, for a command that works with them. They come from the running gateway alone; what is no ref is
 * taken from the disk where no gateway runs.
 *
 * @param parts the parts of the configuration that the command goes by besides: they must be the ones in force
 * @throws CommandError `SECRETS_UNAVAILABLE` with every reason where a credential that is in use has no value, or where
 * what is on disk is not what the gateway has in force
 * @throws DurarError `GATEWAY_UNREACHABLE` or another code of the client where a ref needs the gateway
 */
export async function requireTargets(
  request: TargetsRequest,
  parts: (path: string) => boolean,
  surroundings: Surroundings,
): Promise<TargetsReport> {
  const { config, problems } = request.inputs;
  if (config === undefined)
    throw new CommandError(
      "SECRETS_UNAVAILABLE",
      "the configuration cannot be read",
      "see durar config validate",
      problems,
    );
  const { answer, onDisk } = await askAndLook(request, surroundings);
  if (!answer.reached) {
    const needed = onDisk.filter(isToBeResolved).map(({ text }) => text);
    if (needed.length > 0) throw unreachable(answer.error, needed);
  }
  const reported = [...inOrder(answer, onDisk)].map(({ key, field }): Reported => {
    const found = answer.reached ? answer.fields.get(key) : undefined;
    if (found !== undefined) return reportInForce(found, field);
    if (field === undefined) throw new TypeError("a field is on disk or in force");
    return reportOnDisk(field, literalOutcome(field), answer.reached ? "is not in force" : undefined);
  });
  const report = targetsReport(answer, reported, request.inputs);
  const ofFields = report.targets.flatMap(reasonAgainst);
  // Where a field says what is wrong, the part that holds it need not.
  const reasons = ofFields.length > 0 ? ofFields : report.differingParts.filter(parts).map(notInForce);
  if (reasons.length > 0) throw await unavailable(reasons, answer, request, surroundings);
  return report;
}

function reasonAgainst({ state, path, differs, code, message, hint }: TargetReport): Reason[] {
  if (differs !== undefined) return [notInForce(path)];
  if (state !== "unresolved") return [];
  return [
    {
      code: code ?? "SECRET_NOT_FOUND",
      message: `${path}: ${message ?? "it has no value"}`,
      hint: hint ?? "see durar secrets status",
      paths: [path],
    },
  ];
}

function notInForce(path: string): Reason {
  return {
    code: "CONFIG_NOT_IN_FORCE",
    message: `${path} on disk is not what the gateway has in force`,
    hint: "run durar secrets reload, which says what keeps it from being taken over",
    paths: [path],
  };
}

/** The gateway knows why it did not take over what is on disk; it is asked where that matters. */
async function unavailable(
  reasons: readonly Reason[],
  answer: GatewayAnswer,
  { connection }: TargetsRequest,
  surroundings: Surroundings,
): Promise<CommandError> {
  const paths = new Set(reasons.flatMap((reason) => reason.paths));
  const stale = answer.reached && reasons.some(({ code }) => code === "CONFIG_NOT_IN_FORCE");
  const status = stale ? await gatewayStatus(connection, surroundings) : undefined;
  const refused = (status?.lastAttempt?.failures ?? []).flatMap((failure): Reason[] => {
    const { code, message, hint } = failure;
    const ours = failure.paths.filter((path) => paths.has(path));
    return ours.length === 0 ? [] : [{ code, message, hint, paths: ours }];
  });
  const explained = new Set(refused.flatMap((reason) => reason.paths));
  const others = reasons.filter((reason) => !reason.paths.some((path) => explained.has(path)));
  return new CommandError(
    "SECRETS_UNAVAILABLE",
    "what this command needs is not available from the gateway",
    "mend each of the reasons, then run durar secrets reload",
    unique([...refused, ...others]),
  );
}

function unique(reasons: readonly Reason[]): readonly Reason[] {
  return [...new Map(reasons.map((reason) => [`${reason.code} ${reason.paths.join()}`, reason])).values()];
}

function unreachable(error: DurarError, paths: readonly string[]): DurarError {
  const { code, message, hint } = unreachedReport(error);
  return new DurarError({
    // That no socket can have its path is one more way in which it cannot be reached.
    ...{ code: code === "GATEWAY_SOCKET_PATH" ? "GATEWAY_UNREACHABLE" : code, kind: "unavailable" },
    message: `${paths.map(printable).join(", ")}: the gateway is needed for it: ${message}`,
    hint: code === "GATEWAY_UNREACHABLE" ? "start it with durar gateway run" : hint,
    paths,
  });
}
