import { formatPath, isOn, isRecord, valueAt, type Path } from "@durar/credential-surface";
import type { OutboundMessage } from "@durar/gateway-client";
import { printable } from "@durar/secretref-schema";
import type { Snapshot } from "@durar/snapshot";
import { gatewayError } from "../../errors.ts";
import type { MessageService } from "./service.ts";

/** What a message is sent with. */
export interface SendingPlace {
  readonly token: string;
  readonly baseUrl: string;
  /** Where the token stands in the configuration; `undefined` where it came with the message. */
  readonly path: string | undefined;
}

/**
 * What the configuration in force sends a message with: of an account its own credential, or, where it has none, the one
 * it inherits from the channel. No other is ever taken in its place.
 *
 * @throws DurarError `MESSAGE_CREDENTIAL_MISSING`
 */
export function sendingPlace(
  snapshot: Snapshot,
  service: MessageService,
  { account, token }: Pick<OutboundMessage, "account" | "token">,
): SendingPlace {
  const channelPath = ["channels", service.channel];
  const accountPath = account === undefined ? undefined : [...channelPath, "accounts", account];
  const levels = [...(accountPath === undefined ? [] : [accountPath]), channelPath];
  const baseUrl =
    levels
      .map((level) => valueAt(snapshot.config, [...level, "apiBaseUrl"]))
      .find((value) => typeof value === "string") ?? service.baseUrl;
  if (token !== undefined) return { token, baseUrl, path: undefined };

  for (const level of [...levels].reverse()) {
    const settings = valueAt(snapshot.config, level);
    if (!isRecord(settings)) throw missing(`${formatPath(level)} is not configured`, level);
    if (!isOn(settings)) throw missing(`${formatPath(level)} is off`, level);
  }
  for (const level of levels) {
    const path = [...level, service.field];
    const secret = snapshot.read(path)?.reveal();
    if (typeof secret === "string") return { token: secret, baseUrl, path: formatPath(path) };
    const why = whyUnused(snapshot, level, path);
    if (why !== undefined) throw missing(`${formatPath(path)} is not in use: ${why}`, path);
  }
  const path = [...(accountPath ?? channelPath), service.field];
  throw missing(`${formatPath(path)} holds no credential`, path);
}

/** Why what stands at a level is not in use; `undefined` where nothing stands there, so that the next level counts. */
function whyUnused(snapshot: Snapshot, level: Path, path: Path): string | undefined {
  const text = formatPath(path);
  const entry = snapshot.entries.find(
    ({ place }) => place.store.kind === "config" && formatPath(place.path) === text,
  );
  if (entry !== undefined && entry.place.input.kind !== "empty") return printable(entry.activity.reason);
  const tokenFile = valueAt(snapshot.config, [...level, "tokenFile"]);
  return typeof tokenFile === "string" && tokenFile.trim() !== ""
    ? "tokenFile is used instead, and messages are sent with refs and values alone"
    : undefined;
}

function missing(message: string, path: Path) {
  return gatewayError("MESSAGE_CREDENTIAL_MISSING", printable(message), { paths: [formatPath(path)] });
}
