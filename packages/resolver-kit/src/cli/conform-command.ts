import { conform } from "../conform/conform.ts";
import { formatReport } from "./format-report.ts";
import { describeOptions, readOptions, wholeNumber, type LineOption } from "./read-options.ts";
import { UsageError } from "./usage-error.ts";

const options: Readonly<Record<string, LineOption>> = {
  id: { value: "ID", repeated: true, required: true, what: "an id that exists; may be given several times" },
  "missing-id": { value: "ID", what: "an id that does not exist; else one is made up" },
  provider: { value: "ALIAS", what: "the alias that the requests name" },
  "pass-env": { value: "NAME", repeated: true, what: "a variable to pass besides PATH and HOME" },
  "timeout-ms": { value: "N", what: "milliseconds for each request (default 5000)" },
  "no-output-timeout-ms": { value: "N", what: "milliseconds to the first byte (default: as --timeout-ms)" },
  "max-output-bytes": { value: "N", what: "bytes of both streams together (default 1048576)" },
  json: { what: "print the report as one JSON document" },
};

/** The help page of `resolver-kit conform`. */
export const conformHelp = `Usage: resolver-kit conform --id ID [options] -- COMMAND [ARGUMENT...]

Tests whether a command, in whatever language, is a resolver of protocol version 1.
Neither the report nor a message shows a value.

${describeOptions(options)}
Status: 0 every check passes, 1 some fail, 64 usage.
`;

/** Tests a command. @returns what to print, and whether every check passed or was skipped */
export async function runConform(
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly text: string; readonly isConformant: boolean }> {
  const line = readOptions(args, options);
  const { values, switches, rest } = line;
  const [command, ...commandArgs] = rest;
  if (command === undefined) throw new UsageError("the command to test is missing: -- COMMAND [ARGUMENT...]");
  const names = ["PATH", "HOME", ...(values["pass-env"] ?? [])];
  const [missingId] = values["missing-id"] ?? [];
  const [provider] = values["provider"] ?? [];
  const given = {
    missingId,
    provider,
    timeoutMs: wholeNumber(line, "timeout-ms"),
    noOutputTimeoutMs: wholeNumber(line, "no-output-timeout-ms"),
    maxOutputBytes: wholeNumber(line, "max-output-bytes"),
  };
  const report = await conform({
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    command,
    args: commandArgs,
    ids: values["id"] ?? [],
    environment: Object.fromEntries(names.map((name) => [name, process.env[name]])),
    signal,
  });
  const text = switches.has("json") ? `${JSON.stringify(report, undefined, 2)}\n` : formatReport(report);
  return { text, isConformant: report.failed === 0 };
}
