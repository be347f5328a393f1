import { isRecord } from "@durar/credential-surface";
import { millisecondsOf, outcomeOfStatus, type MessageService } from "./service.ts";

const integer = /^\d{1,15}$/;

/**
 * A Telegram bot. The token is part of the path, so that no text of ours may ever name the URL.
 *
 * @see https://core.telegram.org/bots/api#sendmessage
 */
export const telegram: MessageService = {
  channel: "telegram",
  field: "botToken",
  baseUrl: "https://api.telegram.org",
  credential: /^[A-Za-z0-9:_-]+$/,
  problems: ({ replyTo, thread }) =>
    (["replyTo", "thread"] as const).flatMap((parameter) => {
      const value = { replyTo, thread }[parameter];
      if (value === undefined || integer.test(value)) return [];
      return [{ parameter, rule: "must be a number, as telegram names messages and threads" }];
    }),
  request: ({ to, text, replyTo, thread }, token) => ({
    path: `/bot${token}/sendMessage`,
    body: {
      chat_id: to,
      text,
      ...(replyTo === undefined ? {} : { reply_parameters: { message_id: Number(replyTo) } }),
      ...(thread === undefined ? {} : { message_thread_id: Number(thread) }),
    },
  }),
  read(answer) {
    const { ok, result, parameters } = answer.body;
    if (ok === true && isRecord(result) && typeof result["message_id"] === "number")
      return { kind: "sent", messageId: String(result["message_id"]) };
    if (answer.status < 400) return { kind: "unknown" };
    return outcomeOfStatus(
      answer,
      isRecord(parameters) ? millisecondsOf(parameters["retry_after"]) : undefined,
    );
  },
};
