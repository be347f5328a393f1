import { constants } from "node:os";
import { answerRequest } from "./answer.ts";
import { startDeadline } from "./deadline.ts";
import type { CheckedDefinition } from "./definition.ts";
import { divertOutput } from "./divert-output.ts";
import { ResolverError } from "./errors.ts";
import { readRequest } from "./read-request.ts";

const endingSignals = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/** Makes the process the resolver, and ends it. Nothing but the answer reaches standard output. */
export async function runResolver(definition: CheckedDefinition): Promise<never> {
  const { name, timeoutMs, onError } = definition;
  if (process.stdin.isTTY) return endProcess(64, usage(definition));
  const answers = divertOutput();
  const interruption = new AbortController();
  const deadline = startDeadline(timeoutMs, interruption.signal);
  for (const signal of endingSignals)
    process.once(signal, () => {
      // First the signal that the resolver's function was given, so that it can let go of what it holds.
      interruption.abort();
      endProcess(128 + constants.signals[signal]);
    });
  const fault = (error: unknown): never => {
    interruption.abort();
    onError(error);
    // The error's own text may quote a secret.
    return endProcess(70, `${name}: a fault of the resolver itself\n`);
  };
  process.on("uncaughtException", fault);

  try {
    const request = await readRequest(process.stdin, deadline.signal);
    const answer = await answerRequest(definition, request, deadline.signal);
    return endProcess((await answers.write(`${JSON.stringify(answer)}\n`)) ? 0 : 74);
  } catch (error) {
    if (!(error instanceof ResolverError)) return fault(error);
    return endProcess(65, `${name}: ${error.message}; ${error.hint}\n`);
  }
}

function usage({ name, usage }: CheckedDefinition): string {
  return `${name}: a secret resolver, to be started by a program and not by hand.
It reads one request from standard input and answers on standard output:

  echo '{"protocolVersion":1,"provider":"test","ids":["ID"]}' | ${name}

The answer holds secrets. Whether it keeps to the protocol is told, without showing any, by
  npx @durar/resolver-kit conform --id ID -- ${name}
${usage === undefined ? "" : `\n${usage}\n`}`;
}

/** A resolver is done when it has answered, whatever its function has left open: a connection, a timer. */
function endProcess(status: number, message = ""): never {
  if (message !== "") process.stderr.write(message);
  // eslint-disable-next-line no-restricted-properties -- the process is the resolver's
  process.exit(status);
}
