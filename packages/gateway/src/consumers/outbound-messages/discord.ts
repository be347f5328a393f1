import { millisecondsOf, outcomeOfStatus, type MessageService } from "./service.ts";

/** What Discord names everything with. */
const snowflake = /^\d{1,20}$/;

/** Discord's own error codes have up to six digits. */
function isErrorCode(code: number): boolean {
  return Number.isInteger(code) && code >= 0 && code <= 999_999;
}

/**
 * A Discord bot. A thread is a channel of its own there.
 *
 * @see https://docs.discord.com/developers/resources/message#create-message
 */
export const discord: MessageService = {
  channel: "discord",
  field: "token",
  baseUrl: "https://discord.com/api/v10",
  credential: /^[\x21-\x7e]+$/,
  problems: (message) =>
    (["to", "replyTo", "thread"] as const).flatMap((parameter) => {
      const value = message[parameter];
      if (value === undefined || snowflake.test(value)) return [];
      return [{ parameter, rule: "must be an id of digits, as discord names channels and messages" }];
    }),
  request: ({ to, text, replyTo, thread = to }, token) => ({
    path: `/channels/${thread}/messages`,
    headers: {
      authorization: `Bot ${token}`,
      "user-agent": "DiscordBot (https://www.npmjs.com/package/@durar/gateway, 1)",
    },
    body: {
      content: text,
      ...(replyTo === undefined ? {} : { message_reference: { message_id: replyTo } }),
    },
  }),
  read(answer) {
    const { id, code, retry_after: retryAfter } = answer.body;
    if (answer.status < 300)
      return typeof id === "string" && snowflake.test(id)
        ? { kind: "sent", messageId: id }
        : { kind: "unknown" };
    const outcome = outcomeOfStatus(answer, millisecondsOf(retryAfter));
    if (outcome.kind !== "refused" || typeof code !== "number" || !isErrorCode(code)) return outcome;
    return { kind: "refused", reason: `${outcome.reason} and error ${String(code)}` };
  },
};
