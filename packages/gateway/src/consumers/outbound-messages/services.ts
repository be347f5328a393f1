import type { OutboundMessage } from "@durar/gateway-client";
import { discord } from "./discord.ts";
import type { MessageService } from "./service.ts";
import { slack } from "./slack.ts";
import { telegram } from "./telegram.ts";

/** The service of each channel that messages can be sent through. */
export const SERVICES: Readonly<Record<OutboundMessage["channel"], MessageService>> = {
  telegram,
  discord,
  slack,
};
