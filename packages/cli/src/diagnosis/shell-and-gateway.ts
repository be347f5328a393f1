import { UNAVAILABLE, fieldName } from "../command-paths/target-lines.ts";
import type { Environment } from "@durar/secretref-schema";
import type { TargetReport, TargetsReport } from "../command-paths/types.ts";
import { diagnosis, type Diagnosis } from "./diagnosis.ts";

/** What the running gateway and this shell do not agree in, and what neither of them can resolve. */
export function disagreements(
  { gateway, differingParts, targets, secretOf }: TargetsReport,
  environment: Environment,
): readonly Diagnosis[] {
  return [
    ...gatewayProblems(gateway),
    ...differingParts.map((where) =>
      diagnosis("warn", "CONFIG_NOT_IN_FORCE", {
        where,
        message: "says on disk another thing than the gateway has in force",
        hint: "durar secrets reload takes it over, or says what keeps it from that",
      }),
    ),
    ...targets.filter(({ state }) => state === "unresolved").map(unavailable),
    ...absentVariables(targets, environment),
    ...targets.flatMap((target) => differentVariable(target, secretOf(target)?.reveal(), environment)),
  ];
}

function gatewayProblems(gateway: TargetsReport["gateway"]): readonly Diagnosis[] {
  if (!gateway.reached) {
    const { code, message, hint } = gateway;
    // That none runs may be meant; one that is there and does not answer is not.
    const severity = code === "GATEWAY_UNREACHABLE" ? "info" : "warn";
    return [
      diagnosis(severity, "GATEWAY_NOT_REACHED", { where: "gateway", message: `${message} [${code}]`, hint }),
    ];
  }
  if (gateway.snapshot.state !== "degraded") return [];
  return [
    diagnosis("warn", "GATEWAY_DEGRADED", {
      where: "gateway",
      message: "it could not take over what is on disk, and keeps the last good secrets",
      hint: "durar secrets status says for which reasons",
    }),
  ];
}

function unavailable(target: TargetReport): Diagnosis {
  const { context, code = "", message = "", hint = "" } = target;
  // This shell need not have what the gateway is started with, and a command that is not run has not failed.
  const severity = code === "SECRET_EXEC_NOT_ALLOWED" ? "info" : context === "local" ? "warn" : "error";
  return diagnosis(severity, "SECRET_UNAVAILABLE", {
    where: fieldName(target),
    message: `${UNAVAILABLE}: ${message} [${code}]`,
    hint,
  });
}

/** The variable that a target's one ref names, where the gateway has its value. */
function variableOf({ state, holds, refs: [ref = ""] }: TargetReport): string | undefined {
  const [source, , name] = ref.split(":");
  return state === "resolved_gateway" && holds === "ref" && source === "env" ? name : undefined;
}

function absentVariables(targets: readonly TargetReport[], environment: Environment): readonly Diagnosis[] {
  const names = targets
    .flatMap((target) => variableOf(target) ?? [])
    .filter((name) => isBlank(environment[name]));
  if (names.length === 0) return [];
  return [
    diagnosis("info", "VARIABLE_ABSENT", {
      where: "gateway",
      message: `it has variables that this shell does not have: ${[...new Set(names)].join(", ")}`,
      hint: "nothing is missing; what is started from this shell would not have them",
    }),
  ];
}

function differentVariable(
  target: TargetReport,
  value: unknown,
  environment: Environment,
): readonly Diagnosis[] {
  const name = variableOf(target);
  if (name === undefined || isBlank(environment[name]) || environment[name] === value) return [];
  return [
    diagnosis("warn", "VARIABLE_DIFFERS", {
      where: fieldName(target),
      message: `${name} has another value in this shell than in the gateway`,
      hint: "restart the gateway with the value that is meant, or correct this shell's",
    }),
  ];
}

function isBlank(value: string | undefined): boolean {
  return (value ?? "").trim() === "";
}
