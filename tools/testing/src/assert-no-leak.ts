import { inspect } from "node:util";

/** What a run came to. */
export type Outcome<Result> =
  | { readonly threw: false; readonly result: Result; readonly output: string }
  | { readonly threw: true; readonly error: unknown; readonly output: string };

/**
 * Runs something that handles secrets, and fails if one of them shows: in what it printed to stdout or stderr, or in
 * any form of what it returned or threw (message, stack, cause, string, inspection with hidden fields, JSON), as it
 * is or in base64, hex or URL encoding. Answers the outcome, for further assertions.
 */
export async function assertNoLeak<Result>(
  secrets: string | readonly string[],
  run: () => Result | Promise<Result>,
): Promise<Outcome<Result>> {
  const outcome = await captured(run);
  const value = outcome.threw ? outcome.error : outcome.result;
  const shown = [outcome.output, ...forms(value)].join("\n");
  assertAbsent(secrets, shown);
  return outcome;
}

/** Fails if one of the secrets shows in the text, as it is or encoded. The failure names no secret. */
export function assertAbsent(secrets: string | readonly string[], text: string): void {
  for (const [index, secret] of [secrets].flat().entries())
    for (const [encoding, needle] of encodings(secret))
      if (text.includes(needle))
        throw new Error(`secret ${index + 1} leaked (${encoding}), ${needle.length} characters`);
}

function encodings(secret: string): [string, string][] {
  const bytes = Buffer.from(secret);
  return [
    ["as it is", secret],
    ["as JSON", JSON.stringify(secret).slice(1, -1)],
    ["base64", bytes.toString("base64").replace(/=+$/, "")],
    ["hex", bytes.toString("hex")],
    ["URL encoding", encodeURIComponent(secret)],
  ];
}

function forms(value: unknown): string[] {
  const seen = new Set<unknown>();
  const shown: string[] = [];
  const queue = [value];
  while (queue.length > 0) {
    const next = queue.pop();
    if (seen.has(next)) continue;
    seen.add(next);
    shown.push(
      inspect(next, { depth: Infinity, showHidden: true, maxStringLength: null, maxArrayLength: null }),
    );
    shown.push(json(next), text(next));
    if (next instanceof Error) {
      shown.push(next.message, next.stack ?? "");
      queue.push(next.cause, ...(next instanceof AggregateError ? (next.errors as unknown[]) : []));
    } else if (next instanceof Map) queue.push(...next.keys(), ...next.values());
    else if (typeof next === "object" && next !== null) queue.push(...(Object.values(next) as unknown[]));
  }
  return shown;
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "";
  }
}

function text(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "";
  }
}

async function captured<Result>(run: () => Result | Promise<Result>): Promise<Outcome<Result>> {
  let output = "";
  const streams = [process.stdout, process.stderr];
  const restore = streams.map((stream) => {
    const write = stream.write.bind(stream);
    return () => (stream.write = write);
  });
  const collect = (chunk: unknown): boolean => {
    output += typeof chunk === "string" ? chunk : Buffer.from(chunk as Uint8Array).toString("latin1");
    return true;
  };
  for (const stream of streams) stream.write = collect;
  try {
    const result = await run();
    return { threw: false, result, output };
  } catch (error) {
    return { threw: true, error, output };
  } finally {
    for (const undo of restore) undo();
  }
}
