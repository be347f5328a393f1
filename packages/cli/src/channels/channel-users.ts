import { isForbiddenSegment, isOn, isRecord, valueAt } from "@durar/credential-surface";

/** An account of a channel, or the channel itself. */
export interface ChannelUser {
  readonly channel: string;
  /** Absent for the channel itself. */
  readonly account?: string | undefined;
  /** Whether it is on, its channel too. */
  readonly on: boolean;
}

/** The channels of a configuration, in its order. */
export function channelsIn(config: unknown): readonly ChannelUser[] {
  return entriesAt(config, ["channels"]).map(([channel, settings]) => ({ channel, on: isOn(settings) }));
}

/** The accounts of a channel, in the configuration's order. */
export function accountsOf({ channel, on }: ChannelUser, config: unknown): readonly ChannelUser[] {
  return entriesAt(config, ["channels", channel, "accounts"]).map(([account, settings]) => ({
    ...{ channel, account },
    on: on && isOn(settings),
  }));
}

/** The path of a user's own settings. */
export function settingsPath({ channel, account }: ChannelUser): readonly string[] {
  return account === undefined ? ["channels", channel] : ["channels", channel, "accounts", account];
}

function entriesAt(config: unknown, path: readonly string[]): [string, Readonly<Record<string, unknown>>][] {
  const value = valueAt(config, path);
  return Object.entries(isRecord(value) ? value : {}).flatMap(([key, inner]) =>
    isRecord(inner) && !isForbiddenSegment(key) ? [[key, inner]] : [],
  );
}
