import { storePaths } from "@durar/durar-config";
import { abandonCommit } from "@durar/file-commit";
import { printable } from "@durar/secretref-schema";
import { carryOutPlan } from "./carry-out-plan.ts";
import { CommandError } from "../command-error.ts";
import { jsonDocument, type CommandResult, type Surroundings } from "../console.ts";
import type {
  applyFlags,
  execFlags,
  GivenFlags,
  installationFlags,
  outputFlags,
} from "../command-line/flags.ts";
import { openInstallation } from "../installation.ts";
import { readPlan } from "./plan-file.ts";

/** The flags of `durar secrets apply`. */
export type SecretsApplyFlags = GivenFlags<
  typeof applyFlags & typeof execFlags & typeof outputFlags & typeof installationFlags
>;

/** `durar secrets apply`: 0 done, 1 refused with every reason, 2 a ref does not resolve, 77 exec providers would have to run. */
export async function secretsApplyCommand(
  flags: SecretsApplyFlags,
  surroundings: Surroundings,
): Promise<CommandResult> {
  if (flags.abandon === true) return abandon(flags, surroundings);
  const { from, "dry-run": dryRun } = flags;
  if (from === undefined)
    throw new CommandError("USAGE", "--from is missing", "name a plan, or - for standard input");
  const plan = await readPlan(from, surroundings);
  return carryOutPlan(plan, dryRun === true ? "dry-run" : "write", flags, surroundings);
}

async function abandon(flags: SecretsApplyFlags, surroundings: Surroundings): Promise<CommandResult> {
  if (flags.from !== undefined)
    throw new CommandError("USAGE", "--abandon and --from exclude each other", "decide for one of them");
  const { layout, config } = openInstallation(flags, surroundings);
  const { abandoned, files } = await abandonCommit({
    ...{ journal: layout.journalFile, signal: surroundings.signal },
    files: storePaths(layout, config),
  });
  if (flags.json === true)
    return { exitCode: 0, stdout: jsonDocument({ ok: true, abandoned, files }), stderr: "" };
  if (!abandoned) return { exitCode: 0, stdout: "there is no interrupted change\n", stderr: "" };
  const lines = files.map(({ path, state }) => `  ${stateWords[state]}  ${printable(path)}\n`);
  const colon = lines.length === 0 ? "" : ":";
  return {
    exitCode: 0,
    stdout: `given up; the files are as they are${colon}\n${lines.join("")}`,
    stderr: "",
  };
}

const stateWords = { before: "as before", after: "changed  ", other: "neither  " } as const;
