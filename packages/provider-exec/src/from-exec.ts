import {
  brokenIdRule,
  encodeExecRequest,
  readProviderConfig,
  type ExecProviderConfig,
  type ExecProviderInput,
  type ProviderCheck,
  type ProviderRequest,
  type SecretAnswer,
  type SecretProvider,
  type SecretRefError,
} from "@durar/secretref-schema";
import { askCommand, type CommandQuestion } from "./ask-command.ts";
import { failAll, idFailure } from "./failures.ts";
import { judgeCommand } from "./judge-command.ts";
import { runLimited } from "./run-limited.ts";

/** How many runs of a command with `{id}` in its args go on at a time. */
const RUNS_AT_A_TIME = 4;
const PLACEHOLDER = "{id}";

/**
 * Makes the provider of `exec` refs: it runs the configured command and reads its answer.
 *
 * Each call judges the command's path anew, starts it without a shell in a process group of its own, and kills the
 * whole group at a deadline, a limit or the request's signal. The command gets the variables of `passEnv` and `env`
 * and no others. Nothing the command writes is in any error, but for a code of the protocol's closed list.
 * Nothing is retried, printed, or kept between calls.
 */
export function fromExec(): SecretProvider<ExecProviderInput> {
  return Object.freeze({
    source: "exec",
    check,
    resolve,
    requestBytes: (provider: string, ids: readonly string[]) =>
      Buffer.byteLength(encodeExecRequest(provider, ids)),
  });
}

async function check(request: ProviderCheck<ExecProviderInput>): Promise<SecretRefError | undefined> {
  const read = readProviderConfig("exec", request.provider, request.config);
  if (!read.ok) return read.error;
  const judged = await judgeCommand(read.config, request.provider, request.signal);
  return judged.ok ? undefined : judged.error;
}

async function resolve(
  request: ProviderRequest<ExecProviderInput>,
): Promise<ReadonlyMap<string, SecretAnswer>> {
  const { provider, signal, environment = process.env } = request;
  const ids = [...new Set(request.ids)];
  const read = readProviderConfig("exec", provider, request.config);
  if (!read.ok) return failAll(ids, read.error);
  const { config } = read;

  const refused = new Map(ids.flatMap((id) => refuseId(provider, id)));
  const runs = planRuns(
    provider,
    config,
    ids.filter((id) => !refused.has(id)),
  );
  const answered = await runLimited(RUNS_AT_A_TIME, runs, (run) =>
    askCommand({ ...run, provider, config, environment, signal }),
  );
  const answers = new Map([...refused, ...answered.flatMap((answers) => [...answers])]);
  return new Map(
    ids.flatMap((id) => {
      const answer = answers.get(id);
      return answer === undefined ? [] : [[id, answer]];
    }),
  );
}

/** One run for all ids, or one for each where the args ask for the id. */
function planRuns(
  provider: string,
  { args }: ExecProviderConfig,
  ids: readonly string[],
): Pick<CommandQuestion, "ids" | "args" | "input">[] {
  if (args.some((arg) => arg.includes(PLACEHOLDER)))
    return ids.map((id) => ({
      ids: [id],
      args: args.map((arg) => arg.replaceAll(PLACEHOLDER, id)),
      input: "",
    }));
  return ids.length === 0 ? [] : [{ ids, args, input: encodeExecRequest(provider, ids) }];
}

/** The answer to an id that breaks the grammar: no command gets to see it. */
function refuseId(provider: string, id: string): [string, SecretAnswer][] {
  const rule = brokenIdRule("exec", id);
  return rule === undefined ? [] : [[id, idFailure("SECRET_REF_INVALID", provider, id, rule)]];
}
