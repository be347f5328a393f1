import {
  declaresExecProtocol,
  parseExecResponse,
  Secret,
  type ExecResponse,
  type SecretAnswer,
} from "@durar/secretref-schema";
import { failAll, idFailure, providerFailure } from "./failures.ts";
import { isNestedDeeperThan } from "./nesting.ts";

/** Deeper than any secret, and shallow enough for whoever walks one. */
const MAX_DEPTH = 200;

/** What the command was asked. */
export interface Question {
  /** The provider's alias. */
  readonly provider: string;
  readonly ids: readonly string[];
  /** Whether the answer must be protocol; else that to a single id may be the bare value. */
  readonly jsonOnly: boolean;
}

/**
 * Reads what the command wrote to stdout: an answer for each id on its own, or one failure for all of them.
 * No error holds any of it.
 */
export function readAnswer(output: Uint8Array, question: Question): ReadonlyMap<string, SecretAnswer> {
  const { provider, ids, jsonOnly } = question;
  const invalid = (rule: string): ReadonlyMap<string, SecretAnswer> =>
    failAll(
      ids,
      providerFailure(
        "SECRET_PROTOCOL_INVALID",
        provider,
        rule,
        jsonOnly || ids.length === 1 ? undefined : hintForSeveralIds,
      ),
    );

  const text = decode(output);
  if (text === undefined) return invalid("the answer is not valid UTF-8");
  const json = readJson(text);
  const [id] = ids;
  if (!jsonOnly && ids.length === 1 && id !== undefined && !(json.ok && declaresExecProtocol(json.value)))
    return new Map([[id, bareAnswer(text, provider, id)]]);
  if (!json.ok) return invalid(json.rule);
  const read = parseExecResponse(json.value);
  if (!read.ok) return invalid(read.rule);
  return new Map(ids.map((id) => [id, protocolAnswer(read.response, provider, id)]));
}

const hintForSeveralIds =
  'put "{id}" into args, so that the command runs once for each id, or let it answer the protocol';

/** The text of strict UTF-8, a leading byte order mark skipped, or `undefined`. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

type ReadJson =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly rule: string };

function readJson(text: string): ReadJson {
  if (isNestedDeeperThan(MAX_DEPTH, text))
    return { ok: false, rule: `the answer is nested more than ${MAX_DEPTH} deep` };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    // The message of JSON.parse quotes its input.
    return { ok: false, rule: text.trim() === "" ? "the answer is empty" : "the answer is not JSON" };
  }
}

function bareAnswer(text: string, provider: string, id: string): SecretAnswer {
  const value = text.replace(/\r?\n$/, "");
  // Some tools answer a missing secret with status 0 and nothing.
  if (value === "") return idFailure("SECRET_NOT_FOUND", provider, id, "the command answered nothing");
  return stringAnswer(value, provider, id);
}

function protocolAnswer(response: ExecResponse, provider: string, id: string): SecretAnswer {
  const error = response.errors.get(id);
  if (error !== undefined) {
    const what = `the provider reported ${error.code ?? "an error"}`;
    return idFailure("SECRET_PROVIDER_REPORTED", provider, id, what, error.code);
  }
  if (!response.values.has(id))
    return idFailure("SECRET_NOT_FOUND", provider, id, "the provider did not answer this id");
  const value = response.values.get(id);
  if (typeof value === "string") return stringAnswer(value, provider, id);
  // Whether a field takes an object is for the caller to say.
  if (typeof value === "object" && value !== null) return { ok: true, value: new Secret(value) };
  const type = value === null ? "null" : `a ${typeof value}`;
  return idFailure("SECRET_VALUE_TYPE", provider, id, `the value is ${type}, not a string`);
}

function stringAnswer(value: string, provider: string, id: string): SecretAnswer {
  if (value.trim() === "") return idFailure("SECRET_EMPTY", provider, id, "the value is blank");
  return { ok: true, value: new Secret(value) };
}
