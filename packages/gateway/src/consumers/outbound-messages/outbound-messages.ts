import * as z from "zod/mini";
import { rpcMethod } from "../../server/rpc-method.ts";
import type { GatewayConsumer } from "../consumer.ts";
import { MessageSender } from "./message-sender.ts";

export interface OutboundMessageOptions {
  /** Milliseconds for one message, waits for a rate limit among them. @default 30000 */
  readonly timeoutMs?: number | undefined;
}

const line = z
  .string()
  .check(z.minLength(1), z.maxLength(200), z.regex(/^[^\p{Cc}]*$/u, "must hold no control character"));

/** What `message.send` takes. What a service says to an id that is none of its own is its own affair. */
const message = z.strictObject({
  channel: z.enum(["telegram", "discord", "slack"]),
  account: z.exactOptional(line),
  to: line,
  text: z.string().check(z.minLength(1), z.maxLength(40_000)),
  replyTo: z.exactOptional(line),
  thread: z.exactOptional(line),
  token: z.exactOptional(z.string().check(z.minLength(1), z.maxLength(4_096))),
});

/**
 * Sends messages through telegram, discord and slack. The credential is read from the snapshot in force at each send; a
 * token that comes with a message is used for that message alone.
 */
export function outboundMessages({ timeoutMs = 30_000 }: OutboundMessageOptions = {}): GatewayConsumer {
  return {
    name: "outbound messages",
    patterns: [],
    create({ snapshot, log }) {
      const sender = new MessageSender({ snapshot, timeoutMs });
      return {
        methods: {
          "message.send": rpcMethod<"message.send">(message, async (params, { signal }) => {
            const sent = await sender.send(params, signal);
            log("info", { code: "MESSAGE_SENT", channel: params.channel }, "message sent");
            return sent;
          }),
        },
      };
    },
  };
}
