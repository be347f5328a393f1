import type { Command } from "../command-line/command.ts";
import { installationFlags, remoteFlags, serverFlags } from "../command-line/flags.ts";
import { everywhere, gatewaySections } from "./sections.ts";

const gatewayRun: Command = {
  words: ["gateway", "run"],
  summary: "run the gateway in the foreground",
  details:
    "Resolves every secret in use, then listens: always on a socket in the state directory that only this user can reach, on TCP only where gateway.port or --port says so. Exits 2 with every reason when a secret does not resolve. Logs JSON lines on standard output. SIGHUP reloads, SIGTERM ends it.",
  sections: { "Where it listens": serverFlags, "Which installation": installationFlags, ...everywhere },
  examples: [
    ["durar gateway run", "with the configuration in use"],
    ["durar gateway run --port 0", "on a free TCP port too"],
  ],
  run: async ({ flags }, surroundings) => {
    const { gatewayRunCommand } = await import("../gateway/gateway-run-command.ts");
    return gatewayRunCommand(flags, surroundings);
  },
};

const gatewayStatus: Command = {
  words: ["gateway", "status"],
  summary: "show whether the gateway runs, and where",
  details: "Exits 69 when it does not run.",
  sections: gatewaySections,
  examples: [["durar gateway status --json", "its pid, socket and port"]],
  run: async ({ flags }, surroundings) => {
    const { gatewayStatusCommand } = await import("../gateway/gateway-status-command.ts");
    return gatewayStatusCommand(flags, surroundings);
  },
};

const qr: Command = {
  words: ["qr"],
  summary: "show a QR code with a gateway's URL and token",
  details:
    'The code holds {"url": gateway.remote.url, "token": gateway.remote.token}, as JSON, or "password" in place of a token that is not set. It goes to a terminal and nowhere else; --json tells how the token stands, without it. Exits 2 when the token is not available, and 69 when it needs a gateway and none is there.',
  sections: { "Which code": remoteFlags, ...gatewaySections },
  examples: [
    ["durar qr --remote", "scan it with the device that is to connect"],
    ["durar qr --remote --quiet", "the code alone"],
  ],
  run: async ({ flags }, surroundings) => {
    const { qrCommand } = await import("../command-paths/qr-command.ts");
    return qrCommand(flags, surroundings);
  },
};

/** The gateway itself. */
export const gatewayCommands: readonly Command[] = [
  { words: ["gateway"], summary: "run the gateway and ask about it", sections: everywhere, examples: [] },
  gatewayRun,
  gatewayStatus,
  qr,
];
