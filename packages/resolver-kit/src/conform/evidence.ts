import { encodeExecRequest } from "@durar/secretref-schema";
import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { exchange, type Exchange } from "./exchange.ts";
import { needlesOf } from "./needles.ts";
import type { CheckedOptions } from "./options.ts";
import { readResponse, type ReadResponse } from "./read-response.ts";
import { dripping, sending, type Sender } from "./send-request.ts";

/** The requests that the command is put to, in this order. */
export type RequestName =
  "plain" | "unknown" | "inherited" | "empty" | "many" | "large" | "drip" | "closed" | "broken";

/** One request and what came of it. */
export interface Finding extends Exchange {
  readonly name: RequestName;
  readonly asked: readonly string[];
  readonly read: ReadResponse;
}

/** All that the checks judge. Holds secrets; nothing but the judgements leaves the kit. */
export interface Evidence {
  readonly options: CheckedOptions;
  /** Ids that do not exist, asked for in `unknown`, and the names that objects of many languages inherit. */
  readonly missingIds: readonly string[];
  readonly inheritedIds: readonly string[];
  readonly findings: ReadonlyMap<RequestName, Finding>;
  /** Recognise the values that the ids turned out to have; none where all are too short to be told from chance. */
  readonly needles: readonly string[];
}

const MANY_IDS = 512;
/** The longest that a request in small pieces takes. */
const SLOWEST_DRIP_MS = 1_500;
/** What a caller's batches are limited to, unless it is configured otherwise. */
const LARGE_REQUEST_BYTES = 256 * 1024;

/** Puts the command to every request, one after another; after a first one that it does not end, to no other. */
export async function gatherEvidence(options: CheckedOptions): Promise<Evidence> {
  const { ids, missingId, provider } = options;
  const inheritedIds = ["constructor", "toString", "hasOwnProperty"].filter((id) => !ids.includes(id));
  const missingIds = [missingId ?? madeUpId()];
  const request = (asked: readonly string[]): string => encodeExecRequest(provider, asked);
  const findings = new Map<RequestName, Finding>();
  // The command takes its time to start, longer on a busy machine; and the deadline of its own may count from there.
  const slowly = (text: string): Sender => {
    const startMs = findings.get("plain")?.firstOutputMs ?? 0;
    return dripping(text, Math.min(3 * startMs, options.timeoutMs / 2, SLOWEST_DRIP_MS));
  };
  const plans: readonly [name: RequestName, asked: readonly string[], send: (text: string) => Sender][] = [
    ["plain", ids, sending],
    ["unknown", [...missingIds, ...ids], sending],
    ["inherited", inheritedIds, sending],
    ["empty", [], sending],
    ["many", filledUp(ids, MANY_IDS), sending],
    ["large", filledUpToBytes(ids, request), sending],
    ["drip", ids, slowly],
    ["closed", [], () => sending("")],
    ["broken", ids, (text) => sending(text.slice(0, text.length / 2))],
  ];
  for (const [name, asked, send] of plans) {
    const ended = await exchange({
      ...options,
      directory: dirname(options.realPath),
      send: send(request(asked)),
    });
    findings.set(name, { ...ended, name, asked, read: readResponse(ended.stdout) });
    if (ended.end === "aborted" || (name === "plain" && ended.end !== "exited")) break;
  }
  return { options, missingIds, inheritedIds, findings, needles: needlesOf(valuesIn(findings, ids)) };
}

function madeUpId(length = 24): string {
  return `missing-${randomBytes(length).toString("hex").slice(0, length)}`;
}

function filledUp(ids: readonly string[], count: number): string[] {
  return [...ids, ...Array.from({ length: Math.max(0, count - ids.length) }, () => madeUpId())];
}

function filledUpToBytes(ids: readonly string[], request: (ids: readonly string[]) => string): string[] {
  const filler = madeUpId(240);
  const count = Math.floor((LARGE_REQUEST_BYTES - request(ids).length) / (filler.length + '"",'.length));
  return [...ids, ...Array.from({ length: count }, () => madeUpId(240))];
}

function valuesIn(findings: ReadonlyMap<RequestName, Finding>, ids: readonly string[]): unknown[] {
  return [...findings.values()].flatMap(({ read }) =>
    read.ok ? ids.flatMap((id) => (read.response.values.has(id) ? [read.response.values.get(id)] : [])) : [],
  );
}
