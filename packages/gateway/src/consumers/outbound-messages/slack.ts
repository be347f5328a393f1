import { outcomeOfStatus, type MessageService } from "./service.ts";

/** What Slack names a message with: when it was sent. */
const timestamp = /^\d{1,12}\.\d{1,9}$/;

/** Errors that are worth naming; of any other only that there was one is told. */
const KNOWN_ERRORS: readonly string[] = [
  "as_user_not_supported",
  "channel_not_found",
  "is_archived",
  "missing_scope",
  "msg_too_long",
  "no_permission",
  "no_text",
  "not_in_channel",
  "restricted_action",
  "team_access_not_granted",
];

const CREDENTIAL_ERRORS: readonly unknown[] = [
  "account_inactive",
  "invalid_auth",
  "not_authed",
  "token_expired",
  "token_revoked",
];

/**
 * A Slack app's bot. There a reply is a message in the thread of what it replies to, so that a reply and a thread are
 * the same thing.
 *
 * @see https://docs.slack.dev/reference/methods/chat.postMessage
 */
export const slack: MessageService = {
  channel: "slack",
  field: "botToken",
  baseUrl: "https://slack.com/api",
  credential: /^[\x21-\x7e]+$/,
  problems({ replyTo, thread }) {
    if (replyTo !== undefined && thread !== undefined && replyTo !== thread)
      return [
        { parameter: "replyTo", rule: "must be the same as thread, or absent: slack knows one of them" },
      ];
    const parameter = replyTo === undefined ? "thread" : "replyTo";
    const value = replyTo ?? thread;
    if (value === undefined || timestamp.test(value)) return [];
    return [{ parameter, rule: "must be a timestamp such as 1512085950.000216, as slack names messages" }];
  },
  request: ({ to, text, replyTo, thread = replyTo }, token) => ({
    path: "/chat.postMessage",
    headers: { authorization: `Bearer ${token}` },
    body: { channel: to, text, ...(thread === undefined ? {} : { thread_ts: thread }) },
  }),
  read(answer) {
    const { ok, ts, error } = answer.body;
    if (answer.status >= 300) return outcomeOfStatus(answer, undefined);
    if (ok === true && typeof ts === "string" && timestamp.test(ts)) return { kind: "sent", messageId: ts };
    if (ok !== false) return { kind: "unknown" };
    if (CREDENTIAL_ERRORS.includes(error)) return { kind: "unauthorized" };
    // Slack says so in the status too, but not every gateway before it does.
    if (error === "ratelimited") return outcomeOfStatus({ ...answer, status: 429 }, undefined);
    const known = KNOWN_ERRORS.find((name) => name === error);
    return { kind: "refused", reason: known === undefined ? "refused it" : `refused it: ${known}` };
  },
};
