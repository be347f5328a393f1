import { discord } from "./discord.ts";
import type { MessageService } from "./service.ts";
import { slack } from "./slack.ts";
import { telegram } from "./telegram.ts";

/** Every service that messages can be sent through. */
export const SERVICES: readonly MessageService[] = [telegram, discord, slack];
