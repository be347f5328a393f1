import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { agentStores } from "./agent-stores.js";
import { configText } from "./config-text.js";
import { environmentText } from "./environment-text.js";

/**
 * A secret that was planted as plaintext, and the finding that an audit owes it.
 * @typedef {object} Planted
 * @property {string} file relative to the state directory
 * @property {number} line
 * @property {number} column
 * @property {string} code
 * @property {string} severity
 */

/**
 * What was laid out.
 * @typedef {object} StateDirectory
 * @property {string} directory
 * @property {string} configFile
 * @property {readonly Planted[]} planted every credential that lies in a file as plaintext
 * @property {Readonly<Record<string, string>>} environment what the server's process would have in its environment
 */

const layouts = {
  durar: { config: "Durar.json", gatewayToken: "Durar_GATEWAY_TOKEN" },
  openclaw: { config: "openclaw.json", gatewayToken: "OPENCLAW_GATEWAY_TOKEN" },
};

/**
 * Lays out a realistic state directory: a commented JSON5 config with channels, accounts, model providers, an MCP
 * server and all three kinds of secret providers; `.env`; two agents' stores; a legacy store; a forgotten backup.
 *
 * In the texts, `<<name>>` stands for a secret that is planted as plaintext and `<<name|CODE|severity>>` for one
 * whose finding is another than a warning of `PLAINTEXT_FOUND`; `<stored:name>` is a secret at its rightful place.
 *
 * @param {string} directory an empty directory
 * @param {object} options
 * @param {(name: string) => string} options.makeSecret a fresh value for each name
 * @param {"durar" | "openclaw"} [options.layout]
 * @returns {StateDirectory}
 */
export function layOutState(directory, { makeSecret, layout = "durar" }) {
  const { config } = layouts[layout];
  /** @type {Map<string, string>} */
  const secrets = new Map();
  /** @type {Planted[]} */
  const planted = [];
  const secret = (/** @type {string} */ name) => {
    const value = secrets.get(name) ?? makeSecret(name);
    secrets.set(name, value);
    return value;
  };
  const write = (/** @type {string} */ file, /** @type {string} */ template, mode = 0o600) => {
    const path = join(directory, file);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const { text, found } = fill(template, secret);
    planted.push(...found.map((place) => ({ file, ...place })));
    writeFileSync(path, text);
    chmodSync(path, mode);
  };

  write("vault-resolver", resolverText, 0o700);
  write(config, configText(directory));
  write(".env", environmentText);
  write(
    "secrets.json",
    `{ "providers": { "openai": { "apiKey": "<stored:openai>" } }, "irc": "<stored:irc>" }\n`,
  );
  for (const [file, text] of Object.entries(agentStores)) write(file, text);
  write(`${config}.bak`, backupText);
  return {
    directory,
    configFile: join(directory, config),
    planted,
    environment: {
      DISCORD_BOT_TOKEN: secret("discord"),
      GATEWAY_TOKEN: secret("gateway"),
      VAULT_TOKEN: secret("vault"),
    },
  };
}

/**
 * @param {string} template
 * @param {(name: string) => string} secret
 */
function fill(template, secret) {
  /** @type {Omit<Planted, "file">[]} */
  const found = [];
  let text = "";
  let rest = 0;
  for (const match of template.matchAll(/<<([\w-]+)(?:\|(\w+)\|(\w+))?>>|<stored:([\w-]+)>/g)) {
    const [whole, name, code = "PLAINTEXT_FOUND", severity = "warn", stored] = match;
    text += template.slice(rest, match.index);
    if (stored === undefined) {
      // A quoted value starts with its quote.
      const start = /["'`]$/.test(text) ? text.length - 1 : text.length;
      const before = text.slice(0, start).split("\n");
      found.push({ line: before.length, column: [...(before.at(-1) ?? "")].length + 1, code, severity });
    }
    text += secret(stored ?? name ?? "");
    rest = match.index + whole.length;
  }
  return { text: text + template.slice(rest), found };
}

/** Speaks the exec protocol, as a wrapper around a vault would; it fails while there is a file `vault.sealed` beside it. */
const resolverText = `#!/usr/bin/env node
if (require("node:fs").existsSync("vault.sealed")) process.exit(1);
let input = "";
process.stdin.on("data", (chunk) => (input += chunk)).on("end", () => {
  const { ids } = JSON.parse(input);
  const stored = { "telegram/bot": "<stored:telegram>" };
  const values = Object.fromEntries(ids.filter((id) => id in stored).map((id) => [id, stored[id]]));
  process.stdout.write(JSON.stringify({ protocolVersion: 1, values }));
});
`;

/** What somebody saved before a change, and forgot. */
const backupText = `{
  // before the move to refs
  channels: {
    slack: { botToken: "<<slack>>" },
  },
  models: { providers: { mistral: { apiKey: '<<mistral>>' } } },
}
`;
