import { defineResolver } from "../define-resolver.ts";
import type { ReadyResolver } from "../resolvers/ready-resolver.ts";
import { READY_RESOLVERS } from "../resolvers/ready-resolvers.ts";
import { describeOptions, readOptions, wholeNumber, type LineOption } from "./read-options.ts";
import { UsageError } from "./usage-error.ts";

/** Less than a provider's default, so that what is resolved by then is answered. */
const TIMEOUT_MS = 4000;

const sharedOptions: Readonly<Record<string, LineOption>> = {
  "timeout-ms": {
    value: "N",
    fallback: String(TIMEOUT_MS),
    what: "milliseconds to the answer; keep it below the provider's timeoutMs",
  },
};

/** Makes the process a ready resolver. @throws UsageError */
export async function runReadyResolver([name, ...args]: readonly string[]): Promise<never> {
  const ready = await findReadyResolver(name);
  const line = readOptions(args, optionsOf(ready));
  const { values, switches, rest } = line;
  if (ready.takesProgram === true && rest.length === 0)
    throw new UsageError("the program is missing: -- PROGRAM [ARGUMENT...]");
  if (ready.takesProgram !== true && rest.length > 0) throw new UsageError("it takes no program behind --");
  const options = Object.fromEntries(Object.entries(values).map(([option, [value]]) => [option, value]));
  for (const file of ["command", "helper"])
    if (ready.options[file]?.value === "FILE" && options[file]?.startsWith("/") !== true)
      throw new UsageError(`--${file} must be an absolute path`);
  if (ready.takesProgram === true && rest[0]?.startsWith("/") !== true)
    throw new UsageError("the program must be an absolute path");
  return defineResolver({
    ...ready.define({ options, switches, program: rest }),
    name: `resolver-kit resolver ${name}`,
    usage: describeReady(ready),
    timeoutMs: wholeNumber(line, "timeout-ms") ?? TIMEOUT_MS,
  }).run();
}

/** The help page of one ready resolver. @throws UsageError where there is none of this name */
export async function readyResolverHelp(name: string | undefined): Promise<string> {
  const ready = await findReadyResolver(name);
  const program = ready.takesProgram === true ? " -- PROGRAM [ARGUMENT...]" : "";
  return `Usage: resolver-kit resolver ${name} [options]${program}\n\n${describeReady(ready)}`;
}

/** The name and summary of every ready resolver, one a line. */
export async function listReadyResolvers(): Promise<string> {
  const names = Object.keys(READY_RESOLVERS);
  const width = Math.max(...names.map((name) => name.length));
  const lines = names.map(
    async (name) => `  ${name.padEnd(width)}  ${(await findReadyResolver(name)).summary}\n`,
  );
  return (await Promise.all(lines)).join("");
}

async function findReadyResolver(name: string | undefined): Promise<ReadyResolver> {
  const load = name !== undefined && Object.hasOwn(READY_RESOLVERS, name) ? READY_RESOLVERS[name] : undefined;
  if (load === undefined) throw new UsageError(`name a resolver: ${Object.keys(READY_RESOLVERS).join(", ")}`);
  return load();
}

function optionsOf(ready: ReadyResolver): Readonly<Record<string, LineOption>> {
  return { ...ready.options, ...sharedOptions };
}

function describeReady(ready: ReadyResolver): string {
  return `Resolves ids with ${ready.summary}.\nAn id is ${ready.ids}.\n\n${describeOptions(optionsOf(ready))}`;
}
