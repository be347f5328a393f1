import { gatewayFlags, globalFlags, installationFlags, outputFlags } from "../command-line/flags.ts";

/** Flags that every command takes. */
export const everywhere = { Everywhere: globalFlags };

/** Those of a command that asks a gateway. */
export const gatewaySections = {
  "Which gateway": { ...gatewayFlags, ...installationFlags },
  Output: outputFlags,
  ...everywhere,
};
