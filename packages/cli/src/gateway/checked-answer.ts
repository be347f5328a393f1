import { isRecord } from "@durar/credential-surface";
import type { ResolveResult, SecretsStatus } from "@durar/gateway-client";
import { DurarError, isSecretSource } from "@durar/secretref-schema";

/**
 * An answer of `secrets.resolve` in which all that a command goes by is what it should be. A gateway of another version
 * may answer otherwise, and so may what is none and listens in its place.
 *
 * @throws DurarError `GATEWAY_PROTOCOL`
 */
export function checkedResolveResult(result: ResolveResult): ResolveResult {
  const { places, assignments, snapshot }: Fields = fieldsOf(result);
  if (isList(places, isPlace) && isList(assignments, isAssignment) && isSnapshot(snapshot)) return result;
  throw unexpected("the gateway does not say what it has in force");
}

/**
 * An answer of `secrets.status`, checked likewise.
 *
 * @throws DurarError `GATEWAY_PROTOCOL`
 */
export function checkedStatus(status: SecretsStatus): SecretsStatus {
  const { since, gateway, warnings, lastAttempt }: Fields = fieldsOf(status);
  if (
    isState(status) &&
    isTime(since) &&
    isProcess(gateway) &&
    isList(warnings, isWarning) &&
    (lastAttempt === undefined || isList(fieldsOf(lastAttempt)["failures"], isFailure))
  )
    return status;
  throw unexpected("the gateway does not say how it stands");
}

type Fields = Readonly<Record<string, unknown>>;

const holdings: readonly unknown[] = ["plaintext", "ref", "template", "malformed"];
const states: readonly unknown[] = ["inactive", "healthy", "degraded"];

function fieldsOf(value: unknown): Fields {
  return isRecord(value) ? value : {};
}

function isField(value: unknown): value is Fields {
  const { pathSegments, agentId, entryId } = fieldsOf(value);
  return hasTexts(value, "file") && isList(pathSegments, isText) && [agentId, entryId].every(isOptionalText);
}

function isPlace(value: unknown): boolean {
  const { holds, refs, active, code } = fieldsOf(value);
  const isRef = (ref: unknown): boolean =>
    hasTexts(ref, "provider", "id") && isSecretSource(fieldsOf(ref)["source"]);
  return (
    isField(value) &&
    hasTexts(value, "reason") &&
    holdings.includes(holds) &&
    isList(refs, isRef) &&
    typeof active === "boolean" &&
    (code === undefined || isCode(code))
  );
}

function isAssignment(value: unknown): boolean {
  const secret = fieldsOf(value)["value"];
  return isField(value) && (isText(secret) || isRecord(secret));
}

function isSnapshot(value: unknown): boolean {
  const { salt, parts } = fieldsOf(fieldsOf(value)["config"]);
  return isState(value) && isText(salt) && isRecord(parts) && Object.values(parts).every(isText);
}

/** How secrets stand, as a snapshot and a status say it alike. */
function isState(value: unknown): boolean {
  const { state, generation, activatedAt } = fieldsOf(value);
  return states.includes(state) && isCount(generation) && isTime(activatedAt);
}

function isProcess(value: unknown): boolean {
  const { pid, tcp } = fieldsOf(value);
  const isAddress = hasTexts(tcp, "host") && isCount(fieldsOf(tcp)["port"]);
  return isCount(pid) && hasTexts(value, "socket") && (tcp === undefined || isAddress);
}

function isWarning(value: unknown): boolean {
  return isCode(fieldsOf(value)["code"]) && hasTexts(value, "message");
}

function isFailure(value: unknown): boolean {
  return isWarning(value) && hasTexts(value, "hint") && isList(fieldsOf(value)["paths"], isText);
}

function hasTexts(value: unknown, ...names: readonly string[]): boolean {
  return names.every((name) => isText(fieldsOf(value)[name]));
}

function isList(value: unknown, isEntry: (entry: unknown) => boolean): boolean {
  return Array.isArray(value) && (value as readonly unknown[]).every((entry) => isEntry(entry));
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || isText(value);
}

function isCode(value: unknown): boolean {
  return isText(value) && /^[A-Z][A-Z0-9_]{0,63}$/.test(value as string);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTime(value: unknown): boolean {
  return isText(value) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(value as string);
}

function unexpected(message: string): DurarError {
  return new DurarError({
    ...{ code: "GATEWAY_PROTOCOL", kind: "internal", message },
    hint: "start it again with this version of durar",
  });
}
