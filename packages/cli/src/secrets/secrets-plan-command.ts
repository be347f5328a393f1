import { resolve } from "node:path";
import { parseDestination, Planner, type Assignment, type Unmapped } from "@durar/apply";
import { formatPath } from "@durar/credential-surface";
import { formatRef, printable } from "@durar/secretref-schema";
import { applyPlace } from "../changes/apply-place.ts";
import { CommandError } from "../command-error.ts";
import { jsonDocument, type CommandResult, type Surroundings } from "../console.ts";
import { counted } from "../counted.ts";
import type {
  agentFlags,
  GivenFlags,
  installationFlags,
  outputFlags,
  planFlags,
} from "../command-line/flags.ts";
import { openInstallation } from "../installation.ts";
import { checkOutput } from "../output-file.ts";
import { planOutput, planText, writePlan } from "./plan-file.ts";
import { readProviderFlags, readSetFlags } from "./read-plan-flags.ts";
import { version } from "../version.ts";

/** The flags of `durar secrets plan`. */
export type SecretsPlanFlags = GivenFlags<
  typeof planFlags & typeof agentFlags & typeof outputFlags & typeof installationFlags
>;

/** The flags that say what is to be planned; an installation in which nothing is left to do gets an empty plan. */
const asks = ["set", "all-plaintext-to", "provider", "delete-provider"] as const;

/** `durar secrets plan`: 0 a plan for all that was asked, 3 for some of it, 1 where a store cannot be read. */
export async function secretsPlanCommand(
  flags: SecretsPlanFlags,
  surroundings: Surroundings,
): Promise<CommandResult> {
  const { agent, out } = flags;
  if (asks.every((flag) => flags[flag] === undefined))
    throw new CommandError("USAGE", "nothing is to be planned", `say what with --${asks.join(", --")}`);
  const output = out === undefined ? undefined : planOutput(resolve(surroundings.cwd, out), "out");
  if (output !== undefined) checkOutput(output);
  const changes = readProviderFlags(flags.provider, flags["delete-provider"]);
  const planner = new Planner(applyPlace(openInstallation(flags, surroundings), surroundings));
  const move = flags["move-values"] === true;
  const set = readSetFlags(flags.set, planner, changes, { agent, move });
  const all = mapAll(flags, planner, changes, move);
  // What is set by hand is not mapped too.
  const taken = new Set(set.map(({ candidate }) => keyOf(candidate)));
  const assignments = [...set, ...all.assignments.filter(({ candidate }) => !taken.has(keyOf(candidate)))];
  const plan = planner.build(assignments, changes, {
    generatedAt: new Date().toISOString(),
    generatedBy: `durar ${version}`,
  });
  if (output !== undefined) writePlan(output, plan);
  const exitCode = all.unmapped.length === 0 ? 0 : 3;
  const notes = unmappedText(all.unmapped);
  if (output === undefined) return { exitCode, stdout: planText(plan), stderr: notes };
  if (flags.json === true) {
    const { unmapped } = all;
    return {
      exitCode,
      stdout: jsonDocument({ ok: true, out: output.path, targets: plan.targets, unmapped }),
      stderr: "",
    };
  }
  const summary = `${counted(assignments.length, "field")} planned: ${printable(output.path)}\n`;
  const lines = assignments.map(assignmentLine).join("");
  const next = `next: durar secrets apply --from ${printable(out ?? "")} --dry-run\n`;
  return { exitCode, stdout: flags.quiet === true ? summary : summary + lines + next, stderr: notes };
}

function mapAll(
  flags: SecretsPlanFlags,
  planner: Planner,
  changes: ReturnType<typeof readProviderFlags>,
  move: boolean,
): { readonly assignments: readonly Assignment[]; readonly unmapped: readonly Unmapped[] } {
  const { "all-plaintext-to": to, agent: agentId } = flags;
  if (to === undefined) return { assignments: [], unmapped: [] };
  const secrets = planner.secrets(changes);
  const destination = parseDestination(to, secrets);
  const config = destination && secrets.providers.get(destination.provider);
  if (destination === undefined || config?.source !== destination.source)
    throw new CommandError(
      "USAGE",
      "--all-plaintext-to names no provider that values can be kept in",
      "write file:ALIAS or env, with a provider of secrets.providers or of --provider",
    );
  return planner.mapPlaintext(
    { ...destination, source: config.source as "env" | "file", move },
    { agentId, changes },
  );
}

function keyOf({ file, path }: Assignment["candidate"]): string {
  return JSON.stringify([file, path]);
}

function assignmentLine({ candidate, ref, move }: Assignment): string {
  const { path, agentId } = candidate;
  const owner = agentId === undefined ? "" : `${printable(agentId)}: `;
  return `  ${owner}${formatPath(path)} -> ${formatRef(ref)}${move === true ? " (moved)" : ""}\n`;
}

function unmappedText(unmapped: readonly Unmapped[]): string {
  if (unmapped.length === 0) return "";
  const lines = unmapped.map(
    ({ file, line, path, reason }) => `  ${printable(`${file}:${line}`)} ${path}: ${printable(reason)}\n`,
  );
  return `durar: ${counted(unmapped.length, "field")} could not be planned:\n${lines.join("")}`;
}
