import {
  formatPath,
  isOn,
  isRecord,
  off,
  on,
  valueAt,
  type ActivationRule,
  type Activity,
  type SurfaceContext,
} from "@durar/credential-surface";
import { parseSecretInput, printable } from "@durar/secretref-schema";
import { isBlank } from "./first-set.ts";

type Settings = Readonly<Record<string, unknown>>;

/** Who would use a channel's credential, and where it is written. */
export interface CredentialUse {
  /** The settings of the user: an account, or the channel where it has no accounts. */
  readonly user: Settings;
  /** The settings in which the credential is written: the user's own, or those it inherits from. */
  readonly holder: Settings;
  readonly channel: Settings;
  /** The account's name, where the user is one. */
  readonly account: string | undefined;
  readonly environment: SurfaceContext["environment"];
}

/** Why a credential is not used, or `undefined` where it is. */
export type Restriction = (use: CredentialUse) => string | undefined;

interface ChannelRule {
  /** The object, of the channel or an account, that holds the credential and must be on; it is inherited as a whole. */
  readonly nested?: string;
  /** Restricts the credential to some users. */
  readonly unless?: Restriction;
}

/**
 * A channel's credential. In an account, it is in use when channel and account are on. At the top level, when the
 * channel is on and either has no accounts or some account that is on lacks its own.
 */
export function channelRule({ nested, unless = () => undefined }: ChannelRule = {}): ActivationRule {
  return ({ target, path }, { config, environment }): Activity => {
    const { accountSegment, refField } = target;
    const account = accountSegment === undefined ? undefined : path[accountSegment];
    const channelPath = path.slice(0, 2);
    const holderPath = accountSegment === undefined ? channelPath : path.slice(0, accountSegment + 1);
    const mustBeOn = [channelPath, holderPath, ...(nested === undefined ? [] : [[...holderPath, nested]])];
    const switchedOff = mustBeOn.find((object) => !isOn(valueAt(config, object)));
    if (switchedOff !== undefined) return off(`${formatPath(switchedOff)}.enabled is false`);

    const channel = settingsAt(config, channelPath);
    const holder = settingsAt(config, holderPath);
    const accounts = account === undefined ? Object.keys(settingsAt(channel, ["accounts"])) : [];
    if (accounts.length === 0) {
      const why = unless({ user: holder, holder, channel, account, environment });
      const where = formatPath(holderPath);
      return why === undefined ? on(`${where} is enabled`) : off(`${where}: ${why}`);
    }

    const field = nested === undefined ? path.slice(2) : [nested];
    const fields = refField === undefined ? [field] : [field, [...field.slice(0, -1), refField]];
    let refusal = "each that is on has its own";
    for (const heir of accounts) {
      const user = settingsAt(channel, ["accounts", heir]);
      if (!isOn(user) || fields.some((own) => holdsValue(user, own))) continue;
      const why = unless({ user, holder: channel, channel, account: heir, environment });
      if (why === undefined) return on(`account ${printable(heir)} inherits it`);
      refusal = `account ${printable(heir)}: ${why}`;
    }
    return off(`no account inherits it: ${refusal}`);
  };
}

/** An object in a document; one that is missing, or is none, has no settings. */
function settingsAt(root: unknown, path: readonly string[]): Settings {
  const value = valueAt(root, path);
  return isRecord(value) ? value : {};
}

function holdsValue(settings: Settings, field: readonly string[]): boolean {
  const { kind } = parseSecretInput(valueAt(settings, field), { allowObject: true });
  return kind !== "absent" && kind !== "empty";
}

/** A setting of the user: its own where it is set, else the channel's. */
function effective({ user, channel }: CredentialUse, name: string): unknown {
  return user[name] ?? channel[name];
}

/** A token file stands for the field beside it, and an account that has one inherits no field. */
export const unlessTokenFile: Restriction = ({ user, holder }) =>
  isBlank(user["tokenFile"]) && isBlank(holder["tokenFile"]) ? undefined : "tokenFile is used instead";

/** Webhook secrets are used where the effective `webhookUrl` is set. */
export const withWebhookUrl: Restriction = (use) =>
  isBlank(effective(use, "webhookUrl")) ? "no webhookUrl is set" : undefined;

/** A credential of some modes of a channel, by the effective setting `name`. */
export function inMode(name: string, standard: string, wanted: (mode: string) => boolean): Restriction {
  return (use) => {
    const value = effective(use, name);
    if (typeof value !== "string")
      return wanted(standard) ? undefined : `${name} is not set, which means ${standard}`;
    return wanted(value) ? undefined : `${name} is ${printable(value.slice(0, 64))}`;
  };
}

/** Matrix logs in with a password only where no access token is configured. */
export const withoutMatrixAccessToken: Restriction = ({ user, holder, account, environment }) => {
  if ([user, holder].some((settings) => holdsValue(settings, ["accessToken"])))
    return "an accessToken is configured";
  const set = accessTokenVariables(account).find((variable) => !isBlank(environment[variable]));
  return set === undefined ? undefined : `${set} is set`;
};

/** The variables that hold a Matrix access token: everyone's, and that of an account. */
export function accessTokenVariables(account: string | undefined): readonly string[] {
  if (account === undefined) return ["MATRIX_ACCESS_TOKEN"];
  const name = account.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
  return ["MATRIX_ACCESS_TOKEN", `MATRIX_${name}_ACCESS_TOKEN`];
}
