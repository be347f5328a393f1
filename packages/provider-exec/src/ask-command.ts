import type { Environment, ExecProviderConfig, SecretAnswer } from "@durar/secretref-schema";
import { dirname } from "node:path";
import { commandEnvironment } from "./command-environment.ts";
import { failAll, runFailure } from "./failures.ts";
import { judgeCommand } from "./judge-command.ts";
import { readAnswer } from "./read-answer.ts";

/** One run of the provider's command, and the ids it is to answer. */
export interface CommandQuestion {
  /** The provider's alias. */
  readonly provider: string;
  readonly config: ExecProviderConfig;
  readonly ids: readonly string[];
  readonly args: readonly string[];
  readonly input: string;
  readonly environment: Environment;
  readonly signal: AbortSignal | undefined;
}

/** Judges the command, runs it once and reads its answer. What fails before the answer is read fails every id. */
export async function askCommand(question: CommandQuestion): Promise<ReadonlyMap<string, SecretAnswer>> {
  const { provider, config, ids, args, input, environment, signal } = question;
  // Loads execa: only where a command is to run, and before the verdict, so that nothing comes between it and the start.
  const { runCommand } = await import("./run-command.ts");
  const started = performance.now();
  const judged = await judgeCommand(config, provider, signal);
  if (!judged.ok) return failAll(ids, judged.error);
  const run = await runCommand({
    command: config.command,
    args,
    directory: dirname(judged.realPath),
    environment: commandEnvironment(config, environment),
    input,
    // What judging took is taken from the call's time.
    timeoutMs: Math.max(1, config.timeoutMs - (performance.now() - started)),
    noOutputTimeoutMs: config.noOutputTimeoutMs,
    maxOutputBytes: config.maxOutputBytes,
    signal,
  });
  if (run.end !== "succeeded") return failAll(ids, runFailure(run, provider, config, environment));
  return readAnswer(run.output, { provider, ids, jsonOnly: config.jsonOnly });
}
