import {
  isOn,
  isRecord,
  off,
  on,
  valueAt,
  type ActivationRule,
  type Activity,
  type SurfaceContext,
} from "@durar/credential-surface";
import { parseSecretInput } from "@durar/secretref-schema";

type Settings = Readonly<Record<string, unknown>>;

/** One level of a channel at which a credential is used: an account, or the channel where it has no accounts. */
export interface ChannelLevel {
  /** The level's own settings. */
  readonly own: Settings;
  readonly channel: Settings;
  /** The account's name; `undefined` at the channel itself. */
  readonly account: string | undefined;
  readonly environment: SurfaceContext["environment"];
}

/** Why a credential is not used at a level, or `undefined` where it is. */
export type Restriction = (level: ChannelLevel) => string | undefined;

interface ChannelRule {
  /** The object inside the level that holds the credential, and that must be on. */
  readonly nested?: string;
  /** Restricts the credential to some levels. */
  readonly unless?: Restriction;
}

/**
 * A channel's credential. In an account, it is in use when channel and account are on. At the top level, when the
 * channel is on and either has no accounts or some account that is on lacks its own.
 */
export function channelRule({ nested, unless = () => undefined }: ChannelRule = {}): ActivationRule {
  const refusal = (level: ChannelLevel): string | undefined => {
    const inner = nested === undefined ? undefined : level.own[nested];
    return isOn(inner) ? unless(level) : `${nested}.enabled is false`;
  };
  return ({ target, path }, { config, environment }): Activity => {
    const [, name = ""] = path;
    const channel = valueAt(config, ["channels", name]);
    if (!isRecord(channel)) return off(`channels.${name} is not configured`);
    if (!isOn(channel)) return off(`channels.${name}.enabled is false`);
    const level = (account: string | undefined, own: Settings): ChannelLevel => ({
      own,
      channel,
      account,
      environment,
    });
    const accounts = Object.entries(isRecord(channel["accounts"]) ? channel["accounts"] : {}).flatMap(
      ([id, own]) => (isRecord(own) ? [level(id, own)] : []),
    );

    if (target.accountSegment !== undefined) {
      const account = accounts.find(({ account }) => account === path[target.accountSegment ?? 0]);
      if (account === undefined) return off("the account is not configured");
      if (!isOn(account.own)) return off(`account ${account.account} is disabled`);
      const why = refusal(account);
      return why === undefined
        ? on(`account ${account.account} is enabled`)
        : off(`account ${account.account}: ${why}`);
    }
    const why = nested !== undefined && !isOn(channel[nested]) ? `${nested}.enabled is false` : undefined;
    if (why !== undefined) return off(why);
    if (accounts.length === 0) {
      const refused = refusal(level(undefined, channel));
      return refused === undefined ? on(`channels.${name} is enabled`) : off(refused);
    }
    const field = path.slice(2);
    const sibling = target.refField === undefined ? undefined : [...field.slice(0, -1), target.refField];
    const heir = accounts.find(
      (account) =>
        isOn(account.own) &&
        !holdsValue(account.own, field) &&
        (sibling === undefined || !holdsValue(account.own, sibling)) &&
        refusal(account) === undefined,
    );
    if (heir === undefined) return off("no enabled account inherits it");
    return on(`account ${heir.account} inherits it`);
  };
}

function holdsValue(own: Settings, field: readonly string[]): boolean {
  const { kind } = parseSecretInput(valueAt(own, field), { allowObject: true });
  return kind !== "absent" && kind !== "empty";
}

/** A setting of the level: its own where it is set, else the channel's. */
function effective({ own, channel }: ChannelLevel, name: string): unknown {
  return own[name] ?? channel[name];
}

function isBlank(value: unknown): boolean {
  return typeof value !== "string" || value.trim() === "";
}

/** A level with a token file of its own does not use the field; the channel's file stands for the channel's field only. */
export const unlessTokenFile: Restriction = ({ own }) =>
  isBlank(own["tokenFile"]) ? undefined : "tokenFile is used instead";

/** Webhook secrets are used where the effective `webhookUrl` is set. */
export const withWebhookUrl: Restriction = (level) =>
  isBlank(effective(level, "webhookUrl")) ? "no webhookUrl is set" : undefined;

/** A credential of one mode of a channel, by the effective setting `name`. */
export function inMode(name: string, standard: string, wanted: (mode: string) => boolean): Restriction {
  return (level) => {
    const value = effective(level, name);
    const mode = typeof value === "string" ? value : standard;
    return wanted(mode) ? undefined : `${name} is ${wanted(standard) ? "set to another mode" : standard}`;
  };
}

/** Matrix logs in with a password only where no access token is configured for the level. */
export const withoutMatrixAccessToken: Restriction = ({ own, account, environment }) => {
  if (holdsValue(own, ["accessToken"])) return "an accessToken is configured";
  const scoped = `MATRIX_${(account ?? "").toUpperCase().replace(/[^A-Z0-9]+/g, "_")}_ACCESS_TOKEN`;
  const names = ["MATRIX_ACCESS_TOKEN", ...(account === undefined ? [] : [scoped])];
  const set = names.find((name) => !isBlank(environment[name]));
  return set === undefined ? undefined : `${set} is set`;
};
