import { valueAt } from "@durar/credential-surface";
import { printable } from "@durar/secretref-schema";
import { CommandError } from "../command-error.ts";
import { openCommandPath } from "./open-command-path.ts";
import { requireTargets } from "./require-targets.ts";
import { contextDocument, contextLines } from "./target-lines.ts";
import type { TargetsReport } from "./types.ts";
import { jsonDocument, painter, wantsColor, type CommandResult, type Surroundings } from "../console.ts";
import type { GivenFlags, outputFlags, remoteFlags } from "../command-line/flags.ts";
import type { GatewayFlags } from "../gateway/gateway-connection.ts";
import { shownUrl } from "./shown-url.ts";

/** The flags of `durar qr`. */
export type QrFlags = GatewayFlags & GivenFlags<typeof outputFlags & typeof remoteFlags>;

/** The credentials of a remote gateway, the one that is taken first. */
const credentials = [
  { name: "token", path: "gateway.remote.token" },
  { name: "password", path: "gateway.remote.password" },
] as const;

/** What a QR code of the largest size holds, with the least of error correction. */
const QR_MAX_BYTES = 2_953;

/** `durar qr --remote`: 0; 2 where the token is not available, 69 where it needs a gateway and none is there. */
export async function qrCommand(flags: QrFlags, surroundings: Surroundings): Promise<CommandResult> {
  if (flags.remote !== true)
    throw new CommandError("USAGE", "durar qr needs --remote", "give it: there is no other code to show");
  // Before anything is asked for: what is not a terminal may be a file or a pipe, and would keep the secret.
  if (flags.json !== true && !surroundings.stdoutIsTerminal)
    throw new CommandError(
      "USAGE",
      "standard output is not a terminal, and the code holds a secret",
      "run it on a terminal; --json tells how the secret stands, without the code",
    );
  const { inputs, connection } = await openCommandPath(flags, surroundings);
  const report = await requireTargets(
    { commandName: "durar qr", targetIds: credentials.map(({ path }) => path), connection, inputs },
    (part) => part === "gateway.remote",
    surroundings,
  );
  const url = valueAt(inputs.config, ["gateway", "remote", "url"]);
  if (typeof url !== "string" || !URL.canParse(url))
    throw absent(
      "gateway.remote.url is not set to a URL",
      "set it to where the gateway can be reached, as wss://host",
    );
  const { name, target, secret } = chosen(report);
  if (flags.json === true)
    return {
      exitCode: 0,
      stdout: jsonDocument({
        ok: true,
        ...contextDocument(report),
        url: shownUrl(url),
        credential: name,
        target,
      }),
      stderr: "",
    };
  const { renderUnicodeCompact } = await import("uqr");
  const content = JSON.stringify({ url, [name]: secret });
  if (Buffer.byteLength(content) > QR_MAX_BYTES)
    throw new CommandError(
      "QR_TOO_LARGE",
      `gateway.remote.url and gateway.remote.${name} are larger than a QR code can be`,
      `a code takes ${QR_MAX_BYTES} bytes: choose a shorter ${name}`,
    );
  const code = renderUnicodeCompact(content);
  const paint = painter(surroundings, flags["no-color"] !== true);
  const about = `${paint("bold", printable(shownUrl(url)))} with its ${name}, ${target.state}\n`;
  const stdout = flags.quiet === true ? "" : about + contextLines(report, paint);
  return { exitCode: 0, stdout: stdout + onBlack(code, flags, surroundings), stderr: "" };
}

function chosen({ targets, secretOf }: TargetsReport) {
  for (const { name, path } of credentials) {
    const target = targets.find((one) => one.path === path);
    const secret: unknown = target && secretOf(target)?.reveal();
    if (target !== undefined && typeof secret === "string") return { name, target, secret };
  }
  throw absent(
    "neither gateway.remote.token nor gateway.remote.password is set and in use",
    "set gateway.remote.token, as a ref",
  );
}

function absent(message: string, hint: string): CommandError {
  return new CommandError("PATH_ABSENT", message, hint);
}

/** The code is drawn in light modules: on a light terminal it needs a background of its own. */
function onBlack(code: string, flags: QrFlags, surroundings: Surroundings): string {
  const coloured = flags["no-color"] !== true && wantsColor(surroundings);
  return code
    .split("\n")
    .map((line) => (coloured ? `\u001b[97;40m${line}\u001b[0m\n` : `${line}\n`))
    .join("");
}
