import { printable } from "@durar/secretref-schema";
import type { Paint } from "@durar/audit";
import { accountsOf, channelsIn, type ChannelUser } from "./channel-users.ts";
import { channelTargets, choicesFor, type CredentialChoice } from "./credential-choice.ts";
import type { ChannelsFlags } from "./channels-status-command.ts";
import { CommandError } from "../command-error.ts";
import { openCommandPath } from "../command-paths/open-command-path.ts";
import { showTargets } from "../command-paths/resolve-targets.ts";
import { contextDocument, contextLines, problemLines, targetLines } from "../command-paths/target-lines.ts";
import { jsonDocument, painter, type CommandResult, type Surroundings } from "../console.ts";
import { counted } from "../counted.ts";

/** `durar channels resolve [channel [account]]`: 0, whatever it shows; 1 where there is no such channel or account. */
export async function channelsResolveCommand(
  flags: ChannelsFlags,
  [channel, account]: readonly string[],
  surroundings: Surroundings,
): Promise<CommandResult> {
  const { inputs, connection, installation } = await openCommandPath(flags, surroundings);
  const users = usersIn(inputs.config, channel, account);
  const targets = [...new Set(users.map((user) => user.channel))].flatMap((name) =>
    channelTargets(inputs.surface, name),
  );
  const report = await showTargets(
    {
      ...{ commandName: "durar channels resolve", connection, inputs },
      targetIds: targets.map(({ id }) => id),
    },
    flags["allow-exec"] === true,
    surroundings,
  );
  const byPath = new Map(report.targets.map((target) => [target.path, target]));
  const byUser = users.map((user) => ({ user, own: choicesFor(user, inputs, installation.layout, byPath) }));
  const choices = byUser.flatMap(({ own }) => own);
  const exitCode = 0;
  if (flags.json === true)
    return {
      exitCode,
      stdout: jsonDocument({
        ok: true,
        ...contextDocument(report),
        problems: inputs.problems,
        credentials: choices,
      }),
      stderr: "",
    };
  const paint = painter(surroundings, flags["no-color"] !== true);
  const taken = choices.filter(({ source }) => source !== "none").length;
  const summary = `${counted(choices.length, "credential")}, ${taken} in use\n`;
  if (flags.quiet === true) return { exitCode, stdout: summary, stderr: "" };
  const stdout = [
    summary,
    contextLines(report, paint),
    problemLines(inputs.problems),
    ...byUser.map(({ user, own }) => userLines(user, own, paint)),
  ].join("");
  return { exitCode, stdout, stderr: "" };
}

/** Whoever uses a channel: its accounts, or the channel itself where it has none. */
function usersIn(
  config: unknown,
  channel: string | undefined,
  account: string | undefined,
): readonly ChannelUser[] {
  const wanted = (name: string | undefined, given: string | undefined): boolean =>
    given === undefined || name === given;
  const channels = channelsIn(config).filter((one) => wanted(one.channel, channel));
  const users = channels.flatMap((one) => {
    const accounts = accountsOf(one, config);
    return accounts.length === 0 ? [one] : accounts;
  });
  const found = users.filter((one) => wanted(one.account, account));
  if (channel === undefined || found.length > 0) return found;
  // What was typed may be a secret in the wrong place: it is not repeated.
  const what = channels.length === 0 ? "channel" : "account of this channel";
  throw new CommandError(
    "PATH_ABSENT",
    `no ${what} has this name`,
    "see durar channels status for those there are",
  );
}

function userLines(user: ChannelUser, own: readonly CredentialChoice[], paint: Paint): string {
  const name = `${user.channel}${user.account === undefined ? "" : ` account ${user.account}`}`;
  const state = user.on ? paint("green", "on") : paint("dim", "off");
  return `${paint("bold", printable(name))}: ${state}\n${own.map((choice) => choiceLines(choice, paint)).join("")}`;
}

function choiceLines({ credential, at, why, target, passedOver }: CredentialChoice, paint: Paint): string {
  return [
    `  ${credential}: ${at === undefined ? paint("dim", `none, ${why}`) : `${at}, ${why}`}\n`,
    ...(target === undefined ? [] : [targetLines(target, paint, "    ")]),
    ...passedOver.map((other) => `    not ${other.at}: ${other.why}\n`),
  ].join("");
}
