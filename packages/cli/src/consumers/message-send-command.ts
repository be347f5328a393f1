import type { OutboundMessage } from "@durar/gateway-client";
import { CommandError } from "../command-error.ts";
import { jsonDocument, type CommandResult, type Surroundings } from "../console.ts";
import type { GivenFlags, messageFlags, outputFlags } from "../command-line/flags.ts";
import { connectGateway, type GatewayFlags } from "../gateway/gateway-connection.ts";
import { readInput } from "../read-input.ts";

/** The flags of `durar message send`. */
export type MessageSendFlags = GatewayFlags & GivenFlags<typeof messageFlags & typeof outputFlags>;

/** `durar message send`: 0 sent, 1 not sent, 69 no gateway. */
export async function messageSendCommand(
  flags: MessageSendFlags,
  surroundings: Surroundings,
): Promise<CommandResult> {
  const { channel, to, account, "reply-to": replyTo, thread, "channel-token-file": tokenFile } = flags;
  const { text, "text-file": textFile, "token-file": gatewayTokenFile } = flags;
  if (channel === undefined) throw missing("channel", "name telegram, discord or slack");
  if (to === undefined) throw missing("to", "say whom it is for, as the service names chats and channels");
  if ((text === undefined) === (textFile === undefined))
    throw new CommandError("USAGE", "the message is missing, or there are two", "give --text or --text-file");
  if ([textFile, tokenFile, gatewayTokenFile].filter((file) => file === "-").length > 1)
    throw new CommandError("USAGE", "standard input can be read once", "give all flags but one a file");

  const { client } = await connectGateway(flags, surroundings);
  const message: OutboundMessage = {
    channel,
    to,
    text: text ?? withoutLastBreak(await readInput("text-file", textFile ?? "", surroundings)),
    ...(account !== undefined && { account }),
    ...(replyTo !== undefined && { replyTo }),
    ...(thread !== undefined && { thread }),
    ...(tokenFile !== undefined && {
      token: withoutLastBreak(await readInput("channel-token-file", tokenFile, surroundings)),
    }),
  };
  const sent = await client.call("message.send", message, { signal: surroundings.signal });
  const stdout =
    flags.json === true
      ? jsonDocument(sent)
      : `sent through ${sent.channel}: the message is ${sent.messageId} there\n`;
  return { exitCode: 0, stdout, stderr: "" };
}

function withoutLastBreak(text: string): string {
  return text.replace(/\r?\n$/, "");
}

function missing(flag: string, hint: string): CommandError {
  return new CommandError("USAGE", `--${flag} is missing`, hint);
}
