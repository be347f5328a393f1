import { formatPath, isRecord, parsePath, valueAt, type Surface } from "@durar/credential-surface";
import { accessTokenVariables, credentialVariables, TARGET_ROWS, type Layout } from "@durar/durar-config";
import { fieldsOnDisk, type FieldOnDisk } from "../command-paths/resolve-locally.ts";
import type { LocalInputs, TargetReport } from "../command-paths/types.ts";
import { settingsPath, type ChannelUser } from "./channel-users.ts";

/** Which way a credential comes to a user: its own field, its channel's, a file, a variable; or in none. */
export type ChoiceSource = "account" | "channel" | "token-file" | "variable" | "none";

/** Which of several places a user's credential is taken from. */
export interface CredentialChoice {
  readonly channel: string;
  readonly account?: string | undefined;
  /** The name of the field, below the user's own settings. */
  readonly credential: string;
  readonly source: ChoiceSource;
  /** The path of the field, or the name of the variable; absent for none. */
  readonly at?: string | undefined;
  readonly why: string;
  /** How the field stands, where it is one. */
  readonly target?: TargetReport | undefined;
  /** What else is configured for it, and why that is not taken. */
  readonly passedOver: readonly { readonly at: string; readonly why: string }[];
}

/** The targets of a channel. */
export function channelTargets({ targets }: Surface, channel: string): Surface["targets"] {
  return targets.filter(({ pattern: { steps } }) => {
    const [area, name] = steps.map((step) => (typeof step === "object" ? step.key : step));
    return area === "channels" && name === channel;
  });
}

/**
 * Decides for every credential of a user what it is taken from. The rules are those of the surface: it is asked about a
 * configuration in which this user is alone in its channel.
 *
 * @param reports how the fields stand, by path
 */
export function choicesFor(
  user: ChannelUser,
  inputs: LocalInputs,
  layout: Layout,
  reports: ReadonlyMap<string, TargetReport>,
): readonly CredentialChoice[] {
  const targets = channelTargets(inputs.surface, user.channel);
  const fields = fieldsOnDisk(alone(user, inputs), new Set(targets.map(({ id }) => id)));
  return credentialsOf(user, targets, fields).map((credential): CredentialChoice => {
    // A user's own field before its channel's.
    const ofCredential = fields
      .filter((field) => credentialIn(field) === credential)
      .sort((one, other) => other.place.path.length - one.place.path.length);
    const taken = ofCredential.find(({ activity }) => activity.active);
    const others = ofCredential.filter((field) => field !== taken);
    const chosen =
      taken === undefined
        ? elsewhere(user, credential, ofCredential, inputs, layout)
        : fromField(taken, user);
    return {
      ...{ channel: user.channel, account: user.account, credential },
      ...chosen,
      target: taken && reports.get(taken.text),
      passedOver: [
        ...(taken === undefined ? [] : siblings(taken)),
        ...others.map((other) => ({ at: other.text, why: whyNot(other, taken, user) })),
      ],
    };
  });
}

type Chosen = Pick<CredentialChoice, "source" | "at" | "why">;

/** Why a field is passed over; the surface speaks of all accounts, and here there is one. */
function whyNot(
  { place, activity }: FieldOnDisk,
  taken: FieldOnDisk | undefined,
  { account, on }: ChannelUser,
): string {
  const isInherited = account !== undefined && place.target.accountSegment === undefined;
  if (isInherited && taken !== undefined) return "the account's own comes first";
  return isInherited && !on ? "the account is off" : activity.reason;
}

function fromField({ place, text }: FieldOnDisk, { account }: ChannelUser): Chosen {
  const own = place.target.accountSegment !== undefined;
  const where = own
    ? "the account's own"
    : account === undefined
      ? "the channel's own"
      : "inherited from the channel";
  const ref = place.inputPath === place.path ? "" : "; the sibling ref comes before the field";
  return {
    source: own ? "account" : "channel",
    at: ref === "" ? text : formatPath(place.inputPath),
    why: where + ref,
  };
}

/** A credential may come from a file or a variable, for which there is no field. */
function elsewhere(
  user: ChannelUser,
  credential: string,
  fields: readonly FieldOnDisk[],
  { config, environment }: LocalInputs,
  layout: Layout,
): Chosen {
  const isConfigured = fields.length > 0;
  const none = (why: string): Chosen => ({
    source: "none",
    why: isConfigured ? "what is configured is not in use" : why,
  });
  if (!user.on) return none("it is off");
  if (readsTokenFile(user, credential)) {
    const levels = [settingsPath(user), ["channels", user.channel]].map((path) => [...path, "tokenFile"]);
    const file = levels.find((path) => isSet(valueAt(config, path)));
    if (file !== undefined)
      return { source: "token-file", at: formatPath(file), why: "a token file stands for the field" };
  }
  if (!isConfigured) {
    const path = [...settingsPath(user), ...(parsePath(credential) ?? [])];
    const own =
      user.channel === "matrix" && credential === "accessToken" ? accessTokenVariables(user.account) : [];
    const usual = credentialVariables({ targetId: "", path }, layout);
    const variable = [...new Set([...own, ...usual])].find((name) => isSet(environment[name]));
    if (variable !== undefined)
      return {
        source: "variable",
        at: variable,
        why: "no field is configured, and the variable is set here",
      };
  }
  return none("nothing is configured");
}

function readsTokenFile({ channel }: ChannelUser, credential: string): boolean {
  return TARGET_ROWS.some(
    ({ id, activation }) =>
      id === `channels.${channel}.${credential}` && activation === "channel:unless-token-file",
  );
}

function siblings({ place, text }: FieldOnDisk): { at: string; why: string }[] {
  const { overridden } = place;
  if (overridden === undefined || overridden.kind === "absent" || overridden.kind === "empty") return [];
  return [{ at: text, why: `the ref beside it is in force, and its ${overridden.kind} is ignored` }];
}

/** The names of a user's credentials: those the table knows, and those of maps that are there. */
function credentialsOf(
  { account }: ChannelUser,
  targets: Surface["targets"],
  fields: readonly FieldOnDisk[],
): readonly string[] {
  const hasAccounts = targets.some(({ accountSegment }) => accountSegment !== undefined);
  const known = targets
    .filter(
      ({ accountSegment, pattern }) =>
        accountSegment === undefined && pattern.steps.every((step) => typeof step === "object"),
    )
    .map(({ pattern }) =>
      formatPath(pattern.steps.slice(2).map((step) => (typeof step === "object" ? step.key : ""))),
    );
  const names = account !== undefined && !hasAccounts ? [] : known;
  return [...new Set([...names, ...fields.map(credentialIn)])];
}

/** The path of a credential below the settings that hold it. */
function credentialIn({ place: { target, path } }: FieldOnDisk): string {
  return formatPath(path.slice(target.accountSegment === undefined ? 2 : 4));
}

/** The same inputs, with no other account in the user's channel. */
function alone({ channel, account }: ChannelUser, inputs: LocalInputs): LocalInputs {
  const { config } = inputs;
  const settings = valueAt(config, ["channels", channel]);
  if (account === undefined || !isRecord(config) || !isRecord(settings)) return inputs;
  const only = { [account]: valueAt(settings, ["accounts", account]) };
  const channels = { [channel]: { ...settings, accounts: only } };
  const reduced = { ...config, channels };
  return {
    ...inputs,
    config: reduced,
    stores: [{ kind: "config", value: reduced }],
  };
}

function isSet(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "";
}
