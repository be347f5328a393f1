import { readEnvFile, readJsonValue, readTextFile } from "@durar/config-document";
import { isRecord } from "@durar/credential-surface";
import { printable, type DurarError } from "@durar/secretref-schema";
import { gatewayError } from "../errors.ts";

/** What a file beside the configuration holds, or what is wrong with it; neither where it does not exist. */
export interface ReadStore<Value> {
  readonly value?: Value;
  readonly problem?: DurarError;
}

/** Reads the profiles of an agent. */
export function readProfiles(path: string): ReadStore<Readonly<Record<string, unknown>>> {
  return readStore(path, (text) => {
    const parsed = readJsonValue(text);
    if (!parsed.ok) return { problem: unreadable(path, parsed.error.message) };
    if (!isRecord(parsed.value)) return { problem: unreadable(path, "line 1, column 1: must be an object") };
    return { value: parsed.value };
  });
}

/** Reads the variables of a `.env` file; a line that is none is passed over, as `dotenv` does. */
export function readVariables(path: string): ReadStore<Readonly<Record<string, string>>> {
  return readStore(path, (text) => ({ value: readEnvFile(text).toRecord() }));
}

/** The error about a store that cannot be read. */
export function unreadable(path: string, problem: string): DurarError {
  return gatewayError("CONFIG_INVALID", `${printable(path)}: ${problem}`);
}

function readStore<Value>(path: string, read: (text: string) => ReadStore<Value>): ReadStore<Value> {
  const content = readTextFile(path);
  if (content.ok) return read(content.text);
  return content.reason === "missing" ? {} : { problem: unreadable(path, content.message) };
}
