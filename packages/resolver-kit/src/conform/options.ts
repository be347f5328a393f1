import { brokenIdRule, PROVIDER_ALIAS_PATTERN, type Environment } from "@durar/secretref-schema";
import { constants } from "node:fs";
import { access, realpath } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { ResolverError } from "../errors.ts";

/** What is tested, and how. */
export interface ConformOptions {
  /** A path, relative to `cwd`, or a name that is looked up in `environment.PATH`. */
  readonly command: string;
  /** @default [] */
  readonly args?: readonly string[];
  /** Ids that exist and have a value, at least one. */
  readonly ids: readonly string[];
  /** An id that does not exist. @default one made up at random */
  readonly missingId?: string;
  /** The alias that the requests name. @default "conform" */
  readonly provider?: string;
  /** Milliseconds for each request, 1 to 120,000, as in the provider's configuration. @default 5000 */
  readonly timeoutMs?: number;
  /** Milliseconds to the first byte. @default the same as `timeoutMs` */
  readonly noOutputTimeoutMs?: number;
  /** Bytes of both streams together, 1 to 20 MiB. @default 1 MiB */
  readonly maxOutputBytes?: number;
  /** All the variables that the command gets. @default PATH and HOME of the process */
  readonly environment?: Environment;
  /** What a relative `command` starts from. @default the process's */
  readonly cwd?: string;
  /** Ends the test. */
  readonly signal?: AbortSignal;
}

/** Checked options with their defaults. */
export interface CheckedOptions {
  readonly command: string;
  /** Where links in the command's path lead: its directory is where a provider starts it. */
  readonly realPath: string;
  readonly args: readonly string[];
  readonly ids: readonly string[];
  readonly missingId: string | undefined;
  readonly provider: string;
  readonly timeoutMs: number;
  readonly noOutputTimeoutMs: number;
  readonly maxOutputBytes: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Checks and copies options, and finds the command.
 *
 * @throws RESOLVER_OPTIONS_INVALID
 */
export async function checkOptions(options: ConformOptions): Promise<CheckedOptions> {
  const { args = [], ids, missingId, provider = "conform", cwd = process.cwd(), signal } = options;
  const { timeoutMs = 5000, noOutputTimeoutMs = timeoutMs, maxOutputBytes = 1024 * 1024 } = options;
  const { PATH, HOME } = process.env;
  const environment = Object.fromEntries(
    Object.entries(options.environment ?? { PATH, HOME }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
  if (ids.length === 0) throw invalid("at least one id that exists is needed");
  for (const id of missingId === undefined ? ids : [...ids, missingId]) {
    const rule = brokenIdRule("exec", id);
    if (rule !== undefined) throw invalid(rule);
  }
  if (missingId !== undefined && ids.includes(missingId))
    throw invalid("an id is said to exist and to be missing");
  if (!PROVIDER_ALIAS_PATTERN.test(provider))
    throw invalid(`provider must match ${PROVIDER_ALIAS_PATTERN.source}`);
  const command = await findCommand(options.command, cwd, environment["PATH"] ?? "");
  return {
    ...{ command, args: [...args], ids: [...new Set(ids)], missingId, provider, environment, signal },
    realPath: await realpath(command),
    timeoutMs: within("timeoutMs", timeoutMs, 120_000),
    noOutputTimeoutMs: within("noOutputTimeoutMs", noOutputTimeoutMs, 120_000),
    maxOutputBytes: within("maxOutputBytes", maxOutputBytes, 20 * 1024 * 1024),
  };
}

function invalid(rule: string): ResolverError {
  return new ResolverError("RESOLVER_OPTIONS_INVALID", rule);
}

function within(name: string, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw invalid(`${name} must be a whole number from 1 to ${most}`);
}

async function findCommand(command: string, cwd: string, path: string): Promise<string> {
  const places = command.includes("/")
    ? [resolve(cwd, command)]
    : path
        .split(delimiter)
        .filter((directory) => directory !== "")
        .map((directory) => join(directory, command));
  for (const place of places)
    if (
      await access(place, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return place;
  throw invalid("the command does not exist, or may not be executed");
}
