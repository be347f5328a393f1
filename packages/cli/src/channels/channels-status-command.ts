import { parsePath } from "@durar/credential-surface";
import { printable } from "@durar/secretref-schema";
import type { Paint } from "@durar/audit";
import { accountsOf, channelsIn, type ChannelUser } from "./channel-users.ts";
import { openCommandPath } from "../command-paths/open-command-path.ts";
import { showTargets } from "../command-paths/resolve-targets.ts";
import { contextDocument, contextLines, problemLines, targetLines } from "../command-paths/target-lines.ts";
import type { TargetReport } from "../command-paths/types.ts";
import { jsonDocument, painter, type CommandResult, type Surroundings } from "../console.ts";
import { counted } from "../counted.ts";
import type { execFlags, GivenFlags, outputFlags } from "../command-line/flags.ts";
import type { GatewayFlags } from "../gateway/gateway-connection.ts";

/** The flags of the commands on channels. */
export type ChannelsFlags = GatewayFlags & GivenFlags<typeof outputFlags & typeof execFlags>;

/** A channel or an account, and its own credentials. */
interface UserReport extends ChannelUser {
  readonly targets: readonly TargetReport[];
}

/** `durar channels status`: 0, whatever it shows. */
export async function channelsStatusCommand(
  flags: ChannelsFlags,
  surroundings: Surroundings,
): Promise<CommandResult> {
  const { inputs, connection } = await openCommandPath(flags, surroundings);
  const targetIds = inputs.surface.targets.flatMap(({ id }) => (id.startsWith("channels.") ? [id] : []));
  const report = await showTargets(
    { commandName: "durar channels status", targetIds, connection, inputs },
    flags["allow-exec"] === true,
    surroundings,
  );
  const byUser = targetsByUser(report.targets);
  const users = channelsIn(inputs.config)
    .flatMap((channel) => [channel, ...accountsOf(channel, inputs.config)])
    .map((user): UserReport => ({ ...user, targets: byUser.get(keyOf(user)) ?? [] }));
  const shown = new Set(users.flatMap(({ targets }) => targets));
  const others = report.targets.filter((target) => !shown.has(target));
  const exitCode = 0;
  if (flags.json === true) {
    const document = { ok: true, ...contextDocument(report), problems: inputs.problems, channels: users };
    return { exitCode, stdout: jsonDocument({ ...document, notOnDisk: others }), stderr: "" };
  }
  const paint = painter(surroundings, flags["no-color"] !== true);
  const missing = report.targets.filter(({ state }) => state === "unresolved");
  const channels = users.filter(({ account }) => account === undefined);
  const summary = `${counted(channels.length, "channel")}, ${counted(users.length - channels.length, "account")}, ${counted(report.targets.length, "credential")}, ${missing.length} unavailable\n`;
  if (flags.quiet === true) return { exitCode, stdout: summary, stderr: "" };
  const stdout = [
    summary,
    contextLines(report, paint),
    problemLines(inputs.problems),
    ...users.map((user) => userLines(user, paint)),
    ...others.map((target) => targetLines(target, paint)),
  ].join("");
  return { exitCode, stdout, stderr: "" };
}

function keyOf({ channel, account }: Pick<ChannelUser, "channel" | "account">): string {
  return JSON.stringify([channel, account ?? null]);
}

/** The credentials of each channel and account, by its key. There may be thousands of either. */
function targetsByUser(targets: readonly TargetReport[]): ReadonlyMap<string, readonly TargetReport[]> {
  const byUser = new Map<string, TargetReport[]>();
  for (const target of targets) {
    const [, channel = "", accounts, own] = parsePath(target.path) ?? [];
    const key = keyOf({ channel, account: accounts === "accounts" ? own : undefined });
    const known = byUser.get(key);
    if (known === undefined) byUser.set(key, [target]);
    else known.push(target);
  }
  return byUser;
}

function userLines({ channel, account, on, targets }: UserReport, paint: Paint): string {
  const state = on ? paint("green", "on") : paint("dim", "off");
  const [margin, name] =
    account === undefined ? ["", paint("bold", printable(channel))] : ["  ", `account ${printable(account)}`];
  const lines = targets.map((target) => targetLines(target, paint, `${margin}  `));
  return `${margin}${name}: ${state}\n${lines.join("")}`;
}
