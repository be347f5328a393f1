import { formatPath } from "@durar/credential-surface";
import { withoutSecrets } from "@durar/durar-config";
import { differingParts } from "@durar/gateway-client";
import { parseJsonPointer, printable, Secret } from "@durar/secretref-schema";
import type { Surroundings } from "../console.ts";
import type { AskedGateway } from "./open-command-path.ts";
import { askGateway, unreachedReport, type GatewayAnswer } from "./ask-gateway.ts";
import { fieldsOnDisk, isToBeResolved, resolveLocally, type FieldOnDisk } from "./resolve-locally.ts";
import { reportInForce, reportOnDisk, type Reported } from "./target-report.ts";
import type { LocalInputs, TargetReport, TargetsReport } from "./types.ts";

/** What a command asks for. */
export interface TargetsRequest {
  /** What the gateway's log calls it. */
  readonly commandName: string;
  readonly targetIds: readonly string[];
  readonly connection: AskedGateway;
  readonly inputs: LocalInputs;
}

/** How the fields of a request stand, before anything is resolved in this shell. */
export interface FieldsInForce {
  readonly answer: GatewayAnswer;
  readonly onDisk: readonly FieldOnDisk[];
}

/**
 * How credentials stand, for a command that only shows something. What the running gateway has in force counts; what it
 * does not have is resolved here, that and nothing else, and what cannot be resolved is told with its reason.
 *
 * @param allowExec whether commands of exec providers are run for it
 */
export async function showTargets(
  request: TargetsRequest,
  allowExec: boolean,
  surroundings: Surroundings,
): Promise<TargetsReport> {
  const { answer, onDisk } = await askAndLook(request, surroundings);
  const inForce = answer.reached ? answer.fields : new Map<string, never>();
  const missing = onDisk.filter((field) => isMissing(field, answer));
  const resolved = missing.some(isToBeResolved)
    ? await resolveLocally(request.inputs, missing, allowExec, surroundings.signal)
    : (): undefined => undefined;
  const local = (field: FieldOnDisk): Reported => {
    const entry = resolved(field);
    const differs = answer.reached ? "is not in force in the running gateway" : undefined;
    return reportOnDisk({ ...field, ...entry }, entry?.outcome ?? literalOutcome(field), differs);
  };
  const reported = [...inOrder(answer, onDisk)].map(({ key, field }): Reported => {
    const found = inForce.get(key);
    if (found === undefined) return local(field as FieldOnDisk);
    const own = reportInForce(found, field);
    // The same ref may resolve in this shell; another one would be another credential.
    if (own.report.state !== "unresolved" || own.report.differs !== undefined || field === undefined)
      return own;
    const { report, secret } = local(field);
    return report.state === "resolved_local" ? { report: { ...report, differs: undefined }, secret } : own;
  });
  return targetsReport(answer, reported, request.inputs);
}

/** Asks the gateway, and looks at the disk; what each has, is told apart. */
export async function askAndLook(
  { commandName, targetIds, connection, inputs }: TargetsRequest,
  surroundings: Surroundings,
): Promise<FieldsInForce> {
  const ids = new Set(targetIds);
  const targets = inputs.surface.targets.filter(({ id }) => ids.has(id));
  const answer = await askGateway(connection, commandName, targets, surroundings);
  return { answer, onDisk: fieldsOnDisk(inputs, ids) };
}

/** Every field once: those on disk in the order of the surface, then those that only the gateway has. */
export function* inOrder(
  answer: GatewayAnswer,
  onDisk: readonly FieldOnDisk[],
): Generator<{ readonly key: string; readonly field: FieldOnDisk | undefined }> {
  for (const field of onDisk) yield { key: field.key, field };
  const known = new Set(onDisk.map(({ key }) => key));
  if (answer.reached)
    for (const key of answer.fields.keys()) if (!known.has(key)) yield { key, field: undefined };
}

/** The report on fields that came to something. */
export function targetsReport(
  answer: GatewayAnswer,
  reported: readonly Reported[],
  { config, surface }: LocalInputs,
): TargetsReport {
  const secrets = new Map<TargetReport, Reported["secret"]>(
    reported.map(({ report, secret }) => [report, secret]),
  );
  return {
    gateway: answer.reached ? { reached: true, snapshot: answer.snapshot } : unreachedReport(answer.error),
    differingParts:
      answer.reached && config !== undefined
        ? partNames(differingParts(withoutSecrets(config, surface), answer.snapshot.config))
        : [],
    targets: reported.map(({ report }) => report),
    secretOf: (target) => secrets.get(target),
  };
}

/** A field that needs nothing resolved has its value, or its fault, as it stands. */
export function literalOutcome({ place: { input } }: FieldOnDisk) {
  if (input.kind === "plaintext") return { kind: "plaintext", value: new Secret(input.value) } as const;
  return input.kind === "malformed" ? ({ kind: "malformed" } as const) : ({ kind: "none" } as const);
}

/** Whether the gateway has no value for a field that is on disk and may be in use. */
function isMissing({ key }: FieldOnDisk, answer: GatewayAnswer): boolean {
  const found = answer.reached ? answer.fields.get(key) : undefined;
  return found === undefined || (found.report.active && found.secret === undefined);
}

function partNames(pointers: readonly string[]): readonly string[] {
  return pointers.map((pointer) => printable(formatPath(parseJsonPointer(pointer) ?? [pointer])));
}
