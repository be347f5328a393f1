import { settleGroup, surveySurface, type SurfaceStore } from "@durar/credential-surface";
import { describe, expect, test } from "vitest";
import { createDurarSurface, locateLayout } from "./index.ts";

const surface = createDurarSurface(locateLayout({ environment: { HOME: "/home/u" } }));
const key = { source: "exec", provider: "vault", id: "key" };

/** The state of the credential at a path: `on` or `off`, and why. */
function state(
  path: string,
  config: unknown,
  options: { env?: Record<string, string>; stores?: SurfaceStore[] } = {},
) {
  const { env = {}, stores = [] } = options;
  const { entries, issues } = surveySurface(surface, {
    stores: [{ kind: "config", value: config }, ...stores],
    environment: env,
  });
  expect(issues).toEqual([]);
  const entry = entries.find(({ place }) => place.inputPath.join(".") === path);
  if (entry === undefined) throw new Error(`nothing lies at ${path}`);
  return `${entry.activity.active ? "on" : "off"}: ${entry.activity.reason}`;
}

type Row = readonly [path: string, config: object, expected: string, env?: Record<string, string>];

function rows(title: string, table: readonly Row[]): void {
  describe(title, () => {
    for (const [path, config, expected, env = {}] of table)
      test(`${path} in ${JSON.stringify(config)} with ${JSON.stringify(env)} is ${expected}`, () => {
        expect(state(path, config, { env })).toBe(expected);
      });
  });
}

describe("always", () => {
  const profiles = { kind: "auth-profiles", value: { profiles: { a: { type: "api_key", keyRef: key } } } };
  test.each([
    [undefined, "on: always in use"],
    [{ active: true, reason: "agent a is enabled" }, "on: agent a is enabled"],
    [{ active: false, reason: "agent a is disabled" }, "off: agent a is disabled"],
  ])("a profile of an agent %j is %s", (activity, expected) => {
    expect(state("profiles.a.keyRef", {}, { stores: [{ ...profiles, activity }] })).toBe(expected);
  });
});

rows("entry-enabled", [
  [
    "models.providers.a.apiKey",
    { models: { providers: { a: { apiKey: key } } } },
    "on: models.providers.a is enabled",
  ],
  [
    "models.providers.a.apiKey",
    { models: { providers: { a: { enabled: false, apiKey: key } } } },
    "off: models.providers.a.enabled is false",
  ],
  [
    "models.providers.a.headers.x-api-key",
    { models: { providers: { a: { enabled: false, headers: { "x-api-key": key } } } } },
    "off: models.providers.a.enabled is false",
  ],
  [
    "skills.entries.s.apiKey",
    { skills: { entries: { s: { apiKey: key } } } },
    "on: skills.entries.s is enabled",
  ],
]);

rows("feature-enabled", [
  ["talk.apiKey", { talk: { apiKey: key } }, "on: talk is enabled"],
  [
    "talk.providers.a.apiKey",
    { talk: { enabled: false, providers: { a: { apiKey: key } } } },
    "off: talk.enabled is false",
  ],
  [
    "messages.tts.providers.a.apiKey",
    { messages: { tts: { enabled: false, providers: { a: { apiKey: key } } } } },
    "off: messages.tts.enabled is false",
  ],
  ["cron.webhookToken", { cron: { enabled: false, webhookToken: key } }, "off: cron.enabled is false"],
]);

const mcp = (plugins: object, entry: object = { enabled: true }) => ({
  plugins: {
    ...plugins,
    entries: { acpx: { ...entry, config: { mcpServers: { s: { env: { TOKEN: key } } } } } },
  },
});
const mcpPath = "plugins.entries.acpx.config.mcpServers.s.env.TOKEN";
rows("plugin-enabled", [
  [mcpPath, mcp({}), "on: plugin acpx is enabled"],
  [mcpPath, mcp({ enabled: true, allow: [], deny: ["other"] }), "on: plugin acpx is enabled"],
  [mcpPath, mcp({ allow: ["other", "acpx"] }), "on: plugin acpx is enabled"],
  [mcpPath, mcp({ enabled: false }), "off: plugins.enabled is false"],
  [mcpPath, mcp({ deny: ["acpx"] }), "off: plugins.deny names acpx"],
  [mcpPath, mcp({ allow: ["acpx"], deny: ["acpx"] }), "off: plugins.deny names acpx"],
  [mcpPath, mcp({ allow: ["other"] }), "off: plugins.allow does not name acpx"],
  [mcpPath, mcp({}, { enabled: false }), "off: plugins.entries.acpx.enabled is not true"],
  [mcpPath, mcp({}, {}), "off: plugins.entries.acpx.enabled is not true"],
]);

const memory = (defaults: object, list?: readonly object[]) => ({
  agents: {
    defaults: { memorySearch: { remote: { apiKey: key }, ...defaults } },
    ...(list === undefined ? {} : { list }),
  },
});
const memoryPath = "agents.defaults.memorySearch.remote.apiKey";
rows("memory-search-defaults", [
  [memoryPath, memory({}), "on: agent main uses it"],
  [memoryPath, memory({ enabled: false }), "off: memorySearch.enabled is false"],
  [memoryPath, memory({}, []), "on: agent main uses it"],
  [memoryPath, memory({}, [{ id: "a" }]), "on: agent a inherits it"],
  [memoryPath, memory({ enabled: false }, [{ id: "a" }]), "off: no enabled agent inherits it"],
  [
    memoryPath,
    memory({ enabled: false }, [{ id: "a", memorySearch: { enabled: true } }]),
    "on: agent a inherits it",
  ],
  [memoryPath, memory({}, [{ id: "a", enabled: false }]), "off: no enabled agent inherits it"],
  [
    memoryPath,
    memory({}, [{ id: "a", memorySearch: { enabled: false } }]),
    "off: no enabled agent inherits it",
  ],
  [
    memoryPath,
    memory({}, [{ id: "a", memorySearch: { remote: { apiKey: "own" } } }]),
    "off: no enabled agent inherits it",
  ],
  [
    memoryPath,
    memory({}, [{ id: "a", memorySearch: { remote: { apiKey: null } } }]),
    "on: agent a inherits it",
  ],
  [
    memoryPath,
    memory({}, [{ id: "a", memorySearch: { remote: { apiKey: "own" } } }, { id: "b" }]),
    "on: agent b inherits it",
  ],
]);

const ownMemory = (agent: object, defaults = {}) => ({
  agents: { defaults: { memorySearch: defaults }, list: [{ id: "a", ...agent }] },
});
const withKey = { remote: { apiKey: key } };
const ownMemoryPath = "agents.list.0.memorySearch.remote.apiKey";
rows("memory-search-agent", [
  [ownMemoryPath, ownMemory({ memorySearch: withKey }), "on: agent a uses it"],
  [ownMemoryPath, ownMemory({ enabled: false, memorySearch: withKey }), "off: agent a is disabled"],
  [
    ownMemoryPath,
    ownMemory({ memorySearch: { ...withKey, enabled: false } }),
    "off: agent a: memorySearch.enabled is false",
  ],
  [
    ownMemoryPath,
    ownMemory({ memorySearch: withKey }, { enabled: false }),
    "off: agent a: memorySearch.enabled is false",
  ],
  [
    ownMemoryPath,
    ownMemory({ memorySearch: { ...withKey, enabled: true } }, { enabled: false }),
    "on: agent a uses it",
  ],
]);

const ssh = { backend: "ssh", mode: "all" };
const ownSsh = (agent: object, sandbox: object, defaults: object = {}) => ({
  agents: {
    defaults: { sandbox: defaults },
    list: [{ id: "a", ...agent, sandbox: { ...sandbox, ssh: { identityData: key } } }],
  },
});
const ownSshPath = "agents.list.0.sandbox.ssh.identityData";
rows("sandbox-ssh-agent", [
  [ownSshPath, ownSsh({}, ssh), "on: agent a uses it"],
  [ownSshPath, ownSsh({}, {}, ssh), "on: agent a uses it"],
  [ownSshPath, ownSsh({}, { backend: "SSH" }, { backend: "docker", mode: "all" }), "on: agent a uses it"],
  [ownSshPath, ownSsh({ enabled: false }, ssh), "off: agent a is disabled"],
  [ownSshPath, ownSsh({}, {}), "off: agent a: its sandbox backend is not ssh"],
  [ownSshPath, ownSsh({}, { backend: "docker" }, ssh), "off: agent a: its sandbox backend is not ssh"],
  [ownSshPath, ownSsh({}, { backend: "ssh" }), "off: agent a: its sandbox mode is off"],
  [ownSshPath, ownSsh({}, { mode: "off" }, ssh), "off: agent a: its sandbox mode is off"],
  [ownSshPath, ownSsh({ id: 5 }, { backend: 5 }, ssh), "off: agent number 0: its sandbox backend is not ssh"],
  // Only the backend is compared without regard to case.
  [ownSshPath, ownSsh({}, { mode: "OFF" }, ssh), "on: agent a uses it"],
]);

const sshDefaults = (sandbox: object, list?: readonly object[]) => ({
  agents: {
    defaults: { sandbox: { ...sandbox, ssh: { identityData: key, certificateData: key } } },
    ...(list === undefined ? {} : { list }),
  },
});
const identity = "agents.defaults.sandbox.ssh.identityData";
const certificate = "agents.defaults.sandbox.ssh.certificateData";
const ownIdentity = { id: "a", sandbox: { ssh: { identityData: "own" } } };
rows("sandbox-ssh-defaults", [
  [identity, sshDefaults(ssh), "on: agent main uses it"],
  [identity, sshDefaults({}), "off: its sandbox backend is not ssh"],
  [identity, sshDefaults({ backend: "ssh", mode: "off" }), "off: its sandbox mode is off"],
  [identity, sshDefaults(ssh, [ownIdentity]), "off: no enabled agent inherits it"],
  [certificate, sshDefaults(ssh, [ownIdentity]), "on: agent a inherits it"],
  [identity, sshDefaults(ssh, [ownIdentity, { id: "b" }]), "on: agent b inherits it"],
  [identity, sshDefaults(ssh, [{ id: "b", enabled: false }]), "off: no enabled agent inherits it"],
  [identity, sshDefaults({}, [{ id: "b", sandbox: ssh }]), "on: agent b inherits it"],
  [
    identity,
    sshDefaults(ssh, [{ id: "b", sandbox: { backend: "docker" } }]),
    "off: no enabled agent inherits it",
  ],
]);

/** A channel `name` with settings, and accounts where given. */
const channels = (name: string, settings: object, accounts?: object) => ({
  channels: { [name]: { ...settings, ...(accounts === undefined ? {} : { accounts }) } },
});
const irc = (settings: object, accounts?: object) => channels("irc", settings, accounts);
rows("channel", [
  ["channels.irc.password", irc({ password: key }), "on: channels.irc is enabled"],
  ["channels.irc.password", irc({ password: key, enabled: false }), "off: channels.irc.enabled is false"],
  ["channels.irc.password", irc({ password: key }, {}), "on: channels.irc is enabled"],
  ["channels.irc.password", irc({ password: key }, { a: {} }), "on: account a inherits it"],
  ["channels.irc.password", irc({ password: key }, { a: null }), "on: account a inherits it"],
  ["channels.irc.password", irc({ password: key }, { a: { password: "" } }), "on: account a inherits it"],
  [
    "channels.irc.password",
    irc({ password: key }, { a: { password: "own" }, b: {} }),
    "on: account b inherits it",
  ],
  [
    "channels.irc.password",
    irc({ password: key }, { a: { password: "own" }, b: { enabled: false } }),
    "off: no account inherits it: each that is on has its own",
  ],
  [
    "channels.irc.password",
    irc({ password: key }, { a: { password: { source: "env", id: "OWN" } } }),
    "off: no account inherits it: each that is on has its own",
  ],
  [
    "channels.irc.password",
    irc({ password: key, enabled: false }, { a: {} }),
    "off: channels.irc.enabled is false",
  ],
  [
    "channels.irc.accounts.a.password",
    irc({}, { a: { password: key } }),
    "on: channels.irc.accounts.a is enabled",
  ],
  [
    "channels.irc.accounts.a.password",
    irc({}, { a: { enabled: false, password: key } }),
    "off: channels.irc.accounts.a.enabled is false",
  ],
  [
    "channels.irc.accounts.a.password",
    irc({ enabled: false }, { a: { password: key } }),
    "off: channels.irc.enabled is false",
  ],
  [
    "channels.msteams.appPassword",
    channels("msteams", { appPassword: key }),
    "on: channels.msteams is enabled",
  ],
]);

const gchat = (settings: object, accounts?: object) => channels("googlechat", settings, accounts);
rows("channel, for Google Chat's service accounts", [
  [
    "channels.googlechat.serviceAccount",
    gchat({ serviceAccount: { type: "service_account" } }),
    "on: channels.googlechat is enabled",
  ],
  [
    "channels.googlechat.serviceAccount",
    gchat({ serviceAccount: key }),
    "on: channels.googlechat is enabled",
  ],
  [
    "channels.googlechat.serviceAccountRef",
    gchat({ serviceAccountRef: key }, { a: {} }),
    "on: account a inherits it",
  ],
  [
    "channels.googlechat.serviceAccountRef",
    gchat({ serviceAccount: "plain", serviceAccountRef: key }, { a: { serviceAccountRef: key } }),
    "off: no account inherits it: each that is on has its own",
  ],
  [
    "channels.googlechat.serviceAccount",
    gchat({ serviceAccount: key }, { a: { serviceAccount: { type: "service_account" } } }),
    "off: no account inherits it: each that is on has its own",
  ],
]);

const discord = (settings: object, accounts?: object) => channels("discord", settings, accounts);
const pluralkit = { pluralkit: { token: key } };
const voice = { voice: { tts: { providers: { eleven: { apiKey: key } } } } };
rows("channel:nested", [
  ["channels.discord.pluralkit.token", discord(pluralkit), "on: channels.discord is enabled"],
  [
    "channels.discord.pluralkit.token",
    discord({ pluralkit: { enabled: false, token: key } }),
    "off: channels.discord.pluralkit.enabled is false",
  ],
  [
    "channels.discord.pluralkit.token",
    discord({ ...pluralkit, enabled: false }),
    "off: channels.discord.enabled is false",
  ],
  ["channels.discord.pluralkit.token", discord(pluralkit, { a: {} }), "on: account a inherits it"],
  [
    "channels.discord.pluralkit.token",
    discord({ pluralkit: { enabled: false, token: key } }, { a: {} }),
    "off: channels.discord.pluralkit.enabled is false",
  ],
  // An account inherits the object K as a whole, or has its own.
  [
    "channels.discord.pluralkit.token",
    discord(pluralkit, { a: { pluralkit: {} } }),
    "off: no account inherits it: each that is on has its own",
  ],
  [
    "channels.discord.accounts.a.pluralkit.token",
    discord({}, { a: pluralkit }),
    "on: channels.discord.accounts.a is enabled",
  ],
  [
    "channels.discord.accounts.a.pluralkit.token",
    discord({}, { a: { pluralkit: { enabled: false, token: key } } }),
    "off: channels.discord.accounts.a.pluralkit.enabled is false",
  ],
  [
    "channels.discord.accounts.a.pluralkit.token",
    discord({}, { a: { ...pluralkit, enabled: false } }),
    "off: channels.discord.accounts.a.enabled is false",
  ],
  ["channels.discord.voice.tts.providers.eleven.apiKey", discord(voice), "on: channels.discord is enabled"],
  [
    "channels.discord.voice.tts.providers.eleven.apiKey",
    discord({ voice: { ...voice.voice, enabled: false } }),
    "off: channels.discord.voice.enabled is false",
  ],
  [
    "channels.discord.accounts.a.voice.tts.providers.eleven.apiKey",
    discord({}, { a: voice }),
    "on: channels.discord.accounts.a is enabled",
  ],
  [
    "channels.irc.nickserv.password",
    irc({ nickserv: { enabled: false, password: key } }),
    "off: channels.irc.nickserv.enabled is false",
  ],
]);

const telegram = (settings: object, accounts?: object) => channels("telegram", settings, accounts);
const ownFile = "off: channels.telegram.accounts.a: tokenFile is used instead";
rows("channel:unless-token-file", [
  ["channels.telegram.botToken", telegram({ botToken: key }), "on: channels.telegram is enabled"],
  [
    "channels.telegram.botToken",
    telegram({ botToken: key, tokenFile: " " }),
    "on: channels.telegram is enabled",
  ],
  [
    "channels.telegram.botToken",
    telegram({ botToken: key, tokenFile: "/t" }),
    "off: channels.telegram: tokenFile is used instead",
  ],
  ["channels.telegram.accounts.a.botToken", telegram({}, { a: { botToken: key, tokenFile: "/t" } }), ownFile],
  [
    "channels.telegram.accounts.a.botToken",
    telegram({ tokenFile: "/t" }, { a: { botToken: key } }),
    "on: channels.telegram.accounts.a is enabled",
  ],
  ["channels.telegram.botToken", telegram({ botToken: key }, { a: {} }), "on: account a inherits it"],
  [
    "channels.telegram.botToken",
    telegram({ botToken: key }, { a: { tokenFile: "/t" } }),
    "off: no account inherits it: account a: tokenFile is used instead",
  ],
  [
    "channels.telegram.botToken",
    telegram({ botToken: key, tokenFile: "/t" }, { a: {} }),
    "off: no account inherits it: account a: tokenFile is used instead",
  ],
]);

const zalo = (settings: object, accounts?: object) => channels("zalo", settings, accounts);
rows("channel:webhook-url", [
  ["channels.zalo.webhookSecret", zalo({ webhookSecret: key }), "off: channels.zalo: no webhookUrl is set"],
  [
    "channels.zalo.webhookSecret",
    zalo({ webhookSecret: key, webhookUrl: " " }),
    "off: channels.zalo: no webhookUrl is set",
  ],
  [
    "channels.zalo.webhookSecret",
    zalo({ webhookSecret: key, webhookUrl: "https://h" }),
    "on: channels.zalo is enabled",
  ],
  [
    "channels.zalo.webhookSecret",
    zalo({ webhookSecret: key, webhookUrl: "https://h" }, { a: {} }),
    "on: account a inherits it",
  ],
  [
    "channels.zalo.webhookSecret",
    zalo({ webhookSecret: key }, { a: { webhookUrl: "https://h" } }),
    "on: account a inherits it",
  ],
  [
    "channels.zalo.webhookSecret",
    zalo({ webhookSecret: key }, { a: {} }),
    "off: no account inherits it: account a: no webhookUrl is set",
  ],
  [
    "channels.telegram.accounts.a.webhookSecret",
    telegram({ webhookUrl: "https://h" }, { a: { webhookSecret: key } }),
    "on: channels.telegram.accounts.a is enabled",
  ],
  [
    "channels.telegram.accounts.a.webhookSecret",
    telegram({ webhookUrl: "https://h" }, { a: { webhookSecret: key, webhookUrl: "" } }),
    "off: channels.telegram.accounts.a: no webhookUrl is set",
  ],
]);

const slack = (settings: object, accounts?: object) => channels("slack", settings, accounts);
rows("channel:slack-socket and channel:slack-http", [
  ["channels.slack.appToken", slack({ appToken: key }), "on: channels.slack is enabled"],
  ["channels.slack.appToken", slack({ appToken: key, mode: "socket" }), "on: channels.slack is enabled"],
  ["channels.slack.appToken", slack({ appToken: key, mode: "http" }), "off: channels.slack: mode is http"],
  [
    "channels.slack.signingSecret",
    slack({ signingSecret: key }),
    "off: channels.slack: mode is not set, which means socket",
  ],
  [
    "channels.slack.signingSecret",
    slack({ signingSecret: key, mode: "socket" }),
    "off: channels.slack: mode is socket",
  ],
  [
    "channels.slack.signingSecret",
    slack({ signingSecret: key, mode: "http" }),
    "on: channels.slack is enabled",
  ],
  [
    "channels.slack.appToken",
    slack({ appToken: key, mode: "http" }, { a: { mode: "socket" } }),
    "on: account a inherits it",
  ],
  [
    "channels.slack.appToken",
    slack({ appToken: key }, { a: { mode: "http" } }),
    "off: no account inherits it: account a: mode is http",
  ],
  [
    "channels.slack.accounts.a.appToken",
    slack({ mode: "http" }, { a: { appToken: key } }),
    "off: channels.slack.accounts.a: mode is http",
  ],
  [
    "channels.slack.accounts.a.signingSecret",
    slack({ mode: "http" }, { a: { signingSecret: key } }),
    "on: channels.slack.accounts.a is enabled",
  ],
  ["channels.slack.botToken", slack({ botToken: key, mode: "http" }), "on: channels.slack is enabled"],
]);

const feishu = (settings: object, accounts?: object) => channels("feishu", settings, accounts);
rows("channel:feishu-webhook", [
  [
    "channels.feishu.encryptKey",
    feishu({ encryptKey: key }),
    "off: channels.feishu: connectionMode is not set, which means websocket",
  ],
  [
    "channels.feishu.encryptKey",
    feishu({ encryptKey: key, connectionMode: "webhook" }),
    "on: channels.feishu is enabled",
  ],
  [
    "channels.feishu.accounts.a.verificationToken",
    feishu({ connectionMode: "webhook" }, { a: { verificationToken: key, connectionMode: "websocket" } }),
    "off: channels.feishu.accounts.a: connectionMode is websocket",
  ],
  ["channels.feishu.appSecret", feishu({ appSecret: key }), "on: channels.feishu is enabled"],
]);

const matrix = (settings: object, accounts?: object) => channels("matrix", settings, accounts);
rows("channel:matrix-password", [
  ["channels.matrix.password", matrix({ password: key }), "on: channels.matrix is enabled"],
  ["channels.matrix.password", matrix({ password: key, accessToken: " " }), "on: channels.matrix is enabled"],
  [
    "channels.matrix.password",
    matrix({ password: key, accessToken: key }),
    "off: channels.matrix: an accessToken is configured",
  ],
  [
    "channels.matrix.password",
    matrix({ password: key }),
    "off: channels.matrix: MATRIX_ACCESS_TOKEN is set",
    { MATRIX_ACCESS_TOKEN: "x" },
  ],
  [
    "channels.matrix.password",
    matrix({ password: key }),
    "on: channels.matrix is enabled",
    { MATRIX_ACCESS_TOKEN: " " },
  ],
  [
    "channels.matrix.accounts.my-bot.password",
    matrix({}, { "my-bot": { password: key } }),
    "off: channels.matrix.accounts.my-bot: MATRIX_MY_BOT_ACCESS_TOKEN is set",
    { MATRIX_MY_BOT_ACCESS_TOKEN: "x" },
  ],
  [
    "channels.matrix.accounts.a.password",
    matrix({}, { a: { password: key } }),
    "off: channels.matrix.accounts.a: MATRIX_ACCESS_TOKEN is set",
    { MATRIX_ACCESS_TOKEN: "x" },
  ],
  [
    "channels.matrix.accounts.a.password",
    matrix({}, { a: { password: key, accessToken: key } }),
    "off: channels.matrix.accounts.a: an accessToken is configured",
  ],
  [
    "channels.matrix.accounts.a.password",
    matrix({ accessToken: key }, { a: { password: key } }),
    "on: channels.matrix.accounts.a is enabled",
  ],
  [
    "channels.matrix.password",
    matrix({ password: key }, { a: { accessToken: key }, b: {} }),
    "on: account b inherits it",
  ],
  [
    "channels.matrix.password",
    matrix({ password: key, accessToken: key }, { a: {} }),
    "off: no account inherits it: account a: an accessToken is configured",
  ],
  [
    "channels.matrix.password",
    matrix({ password: key }, { a: {} }),
    "off: no account inherits it: account a: MATRIX_A_ACCESS_TOKEN is set",
    { MATRIX_A_ACCESS_TOKEN: "x" },
  ],
]);

test("a reason carries no character that could change how a terminal shows it", () => {
  const reasons = surveySurface(surface, {
    stores: [
      {
        kind: "config",
        value: {
          channels: {
            slack: { mode: "\u001b[31m", signingSecret: key, accounts: { "\u001b]0;x": { mode: "\u202e" } } },
          },
          agents: { list: [{ id: "\u001b[2J", enabled: false, memorySearch: withKey }] },
          tools: { web: { search: { provider: "\u0007bell", apiKey: key } } },
        },
      },
    ],
  }).entries.map(({ activity }) => activity.reason);
  expect(reasons).toHaveLength(3);
  // eslint-disable-next-line no-control-regex -- that is what is looked for
  expect(reasons.join("\n")).not.toMatch(/[\u0000-\u0009\u001b\u202e]/);
});

test("a place takes no longer to decide among many accounts than among few", () => {
  const accounts = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, index) => [`a${index}`, { botToken: key }]),
  );
  const { entries } = surveySurface(surface, {
    stores: [{ kind: "config", value: { channels: { slack: { accounts } } } }],
  });
  expect(entries.filter(({ activity }) => activity.active)).toHaveLength(20_000);
});

test("a survey of the product's surface settles its web groups", () => {
  const { groups } = surveySurface(surface, { stores: [{ kind: "config", value: {} }] });
  expect(groups.map((group) => settleGroup(group, () => true))).toMatchObject([
    { id: "web-search", winner: undefined, failed: [] },
    { id: "web-fetch", winner: undefined, failed: [] },
  ]);
});
