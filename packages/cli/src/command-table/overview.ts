import type { Command } from "../command-line/command.ts";
import { execFlags, findingFlags, fixFlags, statusFlags } from "../command-line/flags.ts";
import { everywhere, gatewaySections } from "./sections.ts";

const overview: Command = {
  words: ["status"],
  summary: "show the gateway and how every credential stands",
  details:
    "Asks the running gateway first. What it does not have, and everything where none runs, is resolved in this shell; what cannot be had here is shown with its reason. Exits 0 whatever it shows.",
  sections: { "What is shown": { ...statusFlags, ...execFlags }, ...gatewaySections },
  examples: [
    ["durar status", "the gateway, and how many credentials stand how"],
    ["durar status --all", "each credential"],
  ],
  run: async ({ flags }, surroundings) => {
    const { statusCommand } = await import("../command-paths/status-command.ts");
    return statusCommand(flags, surroundings);
  },
};

const doctor: Command = {
  words: ["doctor"],
  summary: "find what is wrong with an installation",
  details:
    "Dead sockets, permissions, changes that were interrupted, an invalid configuration, refs that do not resolve, a gateway that is not there or is degraded, and what it and this shell do not agree in. Changes nothing without --fix. Exits 0 whatever it finds; with --fix, 1 when something could not be repaired.",
  sections: { Repairs: fixFlags, Providers: execFlags, ...gatewaySections },
  examples: [
    ["durar doctor", "look"],
    ["durar doctor --fix", "repair what can be repaired"],
  ],
  run: async ({ flags }, surroundings) => {
    const { doctorCommand } = await import("../diagnosis/doctor-command.ts");
    return doctorCommand(flags, surroundings);
  },
};

const securityAudit: Command = {
  words: ["security", "audit"],
  summary: "check who can reach the gateway and its files",
  details:
    "Authentication and bind address of the gateway, permissions of the state directory, its files and its socket, and whether the paths of providers can be trusted. Reads only. Exits 0 whatever it finds, unless it is a gate.",
  sections: { "As a gate": findingFlags, Providers: execFlags, ...gatewaySections },
  examples: [
    ["durar security audit", "look"],
    ["durar security audit --check", "guard a deployment"],
  ],
  run: async ({ flags }, surroundings) => {
    const { securityAuditCommand } = await import("../diagnosis/security-audit-command.ts");
    return securityAuditCommand(flags, surroundings);
  },
};

/** How an installation stands, and what is wrong with it. */
export const overviewCommands: readonly Command[] = [
  overview,
  doctor,
  { words: ["security"], summary: "check who can reach an installation", sections: everywhere, examples: [] },
  securityAudit,
];
