import { fieldsOf, readCode, readFailureReports } from "./failure-reports.ts";
import type { GatewayEvent } from "./methods.ts";
import type { CleanText } from "./received-text.ts";

/** Reads an event from its JSON; `undefined` where it is none. Drops unknown fields. */
export function readGatewayEvent(data: string, clean: CleanText): GatewayEvent | undefined {
  const { id, at, code: named, message, generation, failures } = fieldsOf(parse(data));
  const code = readCode(named, clean);
  if (!Number.isSafeInteger(id) || !Number.isSafeInteger(generation) || code === undefined) return undefined;
  if (typeof at !== "string" || typeof message !== "string") return undefined;
  return Object.freeze({
    id: id as number,
    at: clean(at),
    code,
    message: clean(message),
    generation: generation as number,
    failures: readFailureReports(failures, clean),
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
