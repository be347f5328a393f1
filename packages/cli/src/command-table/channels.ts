import type { Command } from "../command-line/command.ts";
import { execFlags, messageFlags } from "../command-line/flags.ts";
import { everywhere, gatewaySections } from "./sections.ts";

const channelsSections = { "What is shown": execFlags, ...gatewaySections };

const channelsStatus: Command = {
  words: ["channels", "status"],
  summary: "show every channel and account, and its credentials",
  details:
    "On or off, and how each credential stands: in the running gateway first, else in this shell. Exits 0 whatever it shows.",
  sections: channelsSections,
  examples: [["durar channels status", "all of them"]],
  run: async ({ flags }, surroundings) => {
    const { channelsStatusCommand } = await import("../channels/channels-status-command.ts");
    return channelsStatusCommand(flags, surroundings);
  },
};

const channelsResolve: Command = {
  words: ["channels", "resolve"],
  summary: "show where each credential of a channel comes from",
  details:
    "An account's own field, its channel's, a token file or a variable; a sibling ref before the field. Says why, and what is passed over. Exits 0 whatever it shows.",
  sections: channelsSections,
  arguments: [
    { name: "channel", optional: true },
    { name: "account", optional: true },
  ],
  examples: [
    ["durar channels resolve telegram", "one channel"],
    ["durar channels resolve telegram work", "one of its accounts"],
  ],
  run: async ({ flags, arguments: names }, surroundings) => {
    const { channelsResolveCommand } = await import("../channels/channels-resolve-command.ts");
    return channelsResolveCommand(flags, names, surroundings);
  },
};

const messageSend: Command = {
  words: ["message", "send"],
  summary: "send a message through a channel of the gateway",
  details:
    "The gateway sends it with the credential it has in force; nothing is resolved for it. A limit of the service's rate is waited for. Exits 1 when it is not sent.",
  sections: { Message: messageFlags, ...gatewaySections },
  examples: [
    ["durar message send --channel slack --to C024BE91L --text done", "through slack"],
    ["durar message send --channel telegram --to 42 --text-file -", "what is on standard input"],
  ],
  run: async ({ flags }, surroundings) => {
    const { messageSendCommand } = await import("../consumers/message-send-command.ts");
    return messageSendCommand(flags, surroundings);
  },
};

/** Channels, and messages through them. */
export const channelsCommands: readonly Command[] = [
  {
    words: ["channels"],
    summary: "look at channels and their credentials",
    sections: everywhere,
    examples: [],
  },
  channelsStatus,
  channelsResolve,
  { words: ["message"], summary: "send messages through channels", sections: everywhere, examples: [] },
  messageSend,
];
