import { formatPath } from "@durar/credential-surface";
import { assertNoLeak, canary } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { validateConfig } from "./index.ts";

const rules = (config: unknown): readonly string[] =>
  validateConfig(config).map(({ path, rule }) => `${formatPath(path)} ${rule}`.trim());

/** A config with one value at a dot path; a segment of digits is an index. */
function configWith(path: string, value: unknown): unknown {
  return path
    .split(".")
    .reverse()
    .reduce<unknown>((inner, segment) => (/^\d+$/.test(segment) ? [inner] : { [segment]: inner }), value);
}

test("a configuration of a server that this product knows little of is accepted as it is", () => {
  const config = {
    $schema: "https://example.com/schema.json",
    meta: { lastTouchedVersion: "2024.1.1" },
    gateway: { port: 18789, bind: "loopback", reload: { mode: "hot" }, auth: { mode: "token", extra: [1] } },
    agents: {
      defaults: { model: { primary: "x/y" }, sandbox: { mode: "all", docker: { image: "i" } } },
      list: [{ id: "a", default: true, identity: { name: "A" }, tools: { allow: ["*"] } }],
    },
    channels: {
      whatsapp: { enabled: true, mode: 5, allowFrom: ["+1"], accounts: { a: { tokenFile: 5 } } },
      telegram: { enabled: true, tokenFile: "/t", groups: { "*": { requireMention: true } } },
      unheard: "of",
    },
    models: { mode: "merge", providers: { x: { baseUrl: "https://x", models: [{ id: "m" }] } } },
    plugins: { load: { paths: ["/p"] }, entries: { x: { config: { anything: { goes: null } } } } },
    hooks: { token: "t", mappings: [] },
    tools: { web: { search: { provider: "brave", maxResults: 5 } } },
    text: "a ${TEMPLATE} that nobody here reads",
    wizard: null,
  };
  expect(rules(config)).toEqual([]);
  expect(rules({})).toEqual([]);
});

describe("a field this product reads must have its type", () => {
  const text = "must be a string";
  const flag = "must be a boolean";
  const object = "must be an object";
  const list = "must be an array";
  test.each([
    ["gateway", object, "x"],
    ["gateway.mode", text, 5],
    ["gateway.port", "must be a number", "18789"],
    ["gateway.port", "must be a whole number", 1.5],
    ["gateway.port", "must be at least 0", -1],
    ["gateway.port", "must be at most 65535", 65_536],
    ["gateway.bind", text, null],
    ["gateway.allowedHosts", list, "localhost"],
    ["gateway.allowedHosts.0", text, 5],
    ["gateway.auth", object, []],
    ["gateway.auth.mode", 'must be "token" or "password" or "none" or "trusted-proxy"', "tokens"],
    ["gateway.remote.url", text, { url: "x" }],
    ["gateway.tailscale.mode", text, true],
    ["agents", object, []],
    ["agents.defaults", object, null],
    ["agents.defaults.memorySearch.enabled", flag, "false"],
    ["agents.defaults.memorySearch.remote.baseUrl", text, 5],
    ["agents.defaults.sandbox.backend", text, 5],
    ["agents.defaults.sandbox.mode", text, false],
    ["agents.defaults.sandbox.ssh.target", text, ["u@h"]],
    ["agents.list", list, {}],
    ["auth.profiles", object, []],
    ["auth.profiles.a.mode", text, 5],
    ["channels", object, []],
    ["channels.irc.enabled", flag, "no"],
    ["channels.irc.accounts.a.enabled", flag, 0],
    ["channels.unheard.enabled", flag, "no"],
    ["channels.telegram.tokenFile", text, 5],
    ["channels.telegram.accounts.a.webhookUrl", text, null],
    ["channels.zalo.webhookUrl", text, 5],
    ["channels.slack.mode", text, 5],
    ["channels.slack.apiBaseUrl", text, 5],
    ["channels.feishu.accounts.a.connectionMode", text, 5],
    ["channels.discord.pluralkit.enabled", flag, "false"],
    ["channels.discord.accounts.a.voice.enabled", flag, 1],
    ["channels.irc.nickserv.enabled", flag, "off"],
    ["models.providers", object, []],
    ["models.providers.a.enabled", flag, "false"],
    ["skills.entries.a.enabled", flag, "false"],
    ["talk.enabled", flag, "false"],
    ["messages.tts.enabled", flag, "false"],
    ["cron.enabled", flag, "false"],
    ["plugins.enabled", flag, "false"],
    ["plugins.allow", list, "acpx"],
    ["plugins.deny.0", text, 5],
    ["plugins.entries.a", object, 5],
    ["plugins.entries.acpx", object, 5],
    ["plugins.entries.a.enabled", flag, "true"],
    ["plugins.entries.acpx.enabled", flag, "true"],
    ["plugins.entries.acpx.config.mcpServers", object, []],
    ["plugins.entries.acpx.config.mcpServers.a.command", text, ["npx"]],
    ["plugins.entries.acpx.config.mcpServers.a.args", list, "-y"],
    ["plugins.entries.acpx.config.mcpServers.a.args.0", text, 5],
    ["tools.web.search.enabled", flag, "false"],
    ["tools.web.search.provider", text, 5],
    ["tools.web.fetch.enabled", flag, "false"],
    ["tools.web.fetch.provider", text, []],
  ])("%s %s", (path, rule, value) => {
    expect(rules(configWith(path, value))).toEqual([`${path} ${rule}`]);
  });

  test.each([null, [], "text", 5, true])("and the configuration itself, which %j is not", (config) => {
    expect(rules(config)).toEqual(["must be an object"]);
  });
});

describe("a template is an error in a field this product reads as it stands", () => {
  test.each([
    ...[
      "gateway.mode",
      "gateway.bind",
      "gateway.allowedHosts.0",
      "gateway.remote.url",
      "gateway.tailscale.mode",
    ],
    ...["agents.defaults.sandbox.backend", "agents.defaults.sandbox.ssh.target", "auth.profiles.a.mode"],
    ...["agents.defaults.memorySearch.remote.baseUrl", "channels.slack.mode", "channels.telegram.tokenFile"],
    ...["channels.telegram.accounts.a.webhookUrl", "plugins.allow.0", "tools.web.search.provider"],
    ...[
      "plugins.entries.acpx.config.mcpServers.a.command",
      "plugins.entries.acpx.config.mcpServers.a.args.0",
    ],
  ])("%s", (path) => {
    const rule = `${path} must not contain a \${NAME} template; templates work in credential fields only`;
    expect(rules(configWith(path, "x${NAME}"))).toEqual([rule]);
    expect(rules(configWith(path, "$${NAME} and ${lower}"))).toEqual([]);
  });

  test("and stays what it is in one this product does not read", () => {
    expect(
      rules({ hooks: { token: "${HOOKS_TOKEN}" }, models: { providers: { a: { baseUrl: "${URL}" } } } }),
    ).toEqual([]);
  });

  test("credential fields are the surface's to check", () => {
    expect(
      rules({ gateway: { auth: { token: "${TOKEN}" } }, talk: { apiKey: { source: "env", id: "bad id" } } }),
    ).toEqual([]);
  });
});

describe("agents", () => {
  const agents = (...list: unknown[]) => rules({ agents: { list } });
  test("need an id that can name a directory", () => {
    expect(agents({}, { id: "" }, { id: 5 }, "a", null)).toEqual([
      "agents.list.0.id is required",
      "agents.list.1.id must not be empty",
      "agents.list.2.id must be a string",
      "agents.list.3 must be an object",
      "agents.list.4 must be an object",
    ]);
    const rule = "must be a name, without a slash, a backslash or a NUL character";
    expect(agents(...["..", ".", "a/b", "a\\b", "a\0b"].map((id) => ({ id })))).toEqual(
      [0, 1, 2, 3, 4].map((index) => `agents.list.${index}.id ${rule}`),
    );
    expect(agents({ id: "Ä b.c" }, { id: "..." })).toEqual([]);
  });

  test("repeat no id", () => {
    expect(agents({ id: "a" }, { id: "b" }, { id: "a" }, { id: "a" })).toEqual([
      "agents.list.2.id repeats the id of an agent before it",
      "agents.list.3.id repeats the id of an agent before it",
    ]);
  });

  test("have fields of known types", () => {
    expect(agents({ id: "a", enabled: 1, default: "yes", agentDir: 5, sandbox: { mode: 5 } })).toEqual([
      "agents.list.0.agentDir must be a string",
      "agents.list.0.enabled must be a boolean",
      "agents.list.0.default must be a boolean",
      "agents.list.0.sandbox.mode must be a string",
    ]);
    expect(agents({ id: "a", agentDir: "x\0" })).toEqual([
      "agents.list.0.agentDir must not contain a NUL character",
    ]);
  });
});

test("the secrets block is checked strictly, with paths from the root", () => {
  expect(rules({ secrets: { providers: { a: { source: "file" } }, extra: 1 } })).toEqual([
    "secrets.extra is not a known key",
    "secrets.providers.a.path is required",
  ]);
  expect(rules({ secrets: { defaults: { exec: "gone" } } })).toEqual([
    "secrets.defaults.exec names no configured provider",
  ]);
});

test("everything that is wrong is reported at once, each rule once", () => {
  const found = rules({
    gateway: { port: "x", auth: { token: "t", password: "p" } },
    secrets: [],
    channels: { irc: { enabled: "x", accounts: { a: { enabled: "y" } } } },
    agents: { list: [{ id: "a" }, { id: "a", enabled: "z" }] },
  });
  expect(found).toHaveLength(7);
  expect(new Set(found).size).toBe(7);
});

test("no rule quotes a value", async () => {
  const secret = canary();
  const config = {
    gateway: {
      mode: [secret],
      port: secret,
      auth: { mode: secret, token: secret, password: secret },
      bind: `\${A}${secret}`,
    },
    agents: { list: [{ id: `../${secret}` }, { id: [secret] }] },
    channels: { slack: { mode: { secret } } },
    secrets: { providers: { a: { source: secret } } },
  };
  const { result } = (await assertNoLeak(secret, () => rules(config))) as { result: readonly string[] };
  expect(result.length).toBeGreaterThan(7);
});

test("deep, wide and hostile configurations are read in passing", () => {
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level++) deep = { a: deep };
  expect(rules({ deep, plugins: { entries: { x: { config: deep } } }, channels: { c: deep } })).toEqual([]);
  const accounts = Object.fromEntries(
    Array.from({ length: 50_000 }, (_, index) => [`a${index}`, { enabled: "x" }]),
  );
  expect(rules({ channels: { irc: { accounts } } })).toHaveLength(50_000);
  const providers = Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`p${index}`, 5]));
  expect(rules({ models: { providers } })).toEqual(["breaks more rules than can be listed"]);
  const hostile = JSON.parse(
    '{"__proto__":{"gateway":{"port":"x"}},"channels":{"__proto__":{"enabled":5}},"plugins":{"entries":{"__proto__":5}}}',
  ) as unknown;
  expect(rules(hostile)).toEqual([]);
});

describe("the word that stands for a hidden secret is no value, of whichever layout", () => {
  const rule =
    "is the word that redaction shows in place of a secret: write the value itself, or a SecretRef";

  test.each(["__Durar_REDACTED__", "__OPENCLAW_REDACTED__"])("wherever %s stands", (word) => {
    const config = {
      gateway: { auth: { token: word } },
      agents: { list: [{ id: "a", memorySearch: { remote: { apiKey: word } } }] },
      anything: { goes: [1, [word]] },
    };
    expect(rules(config)).toEqual([
      `gateway.auth.token ${rule}`,
      `agents.list.0.memorySearch.remote.apiKey ${rule}`,
      `anything.goes.1.0 ${rule}`,
    ]);
  });

  test("but a text may speak of it, and a name be it", () => {
    expect(rules({ note: "shows __Durar_REDACTED__", names: { __Durar_REDACTED__: "x" } })).toEqual([]);
  });

  test("in a deep configuration too", () => {
    let deep: unknown = "__Durar_REDACTED__";
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(validateConfig({ deep })).toHaveLength(1);
  });
});

describe("where a credential of a channel is sent must be safe to send it to", () => {
  const unsafe = "must be an https URL, or an http URL of this machine, without user, query and fragment";
  test.each([
    "https://api.example.com",
    "https://api.example.com:8443/bots/",
    "http://127.0.0.1:9",
    "http://[::1]:9/api",
    "http://localhost:9",
  ])("%s is accepted", (url) => {
    expect(
      rules({ channels: { telegram: { apiBaseUrl: url, accounts: { a: { apiBaseUrl: url } } } } }),
    ).toEqual([]);
  });

  test.each([
    "http://api.example.com",
    "http://localhost.example.com",
    "ftp://localhost",
    "https://user:x@api.example.com",
    "https://api.example.com/?x=1",
    "https://api.example.com/#x",
    "api.example.com",
    "",
  ])("%s is not", (url) => {
    expect(rules({ channels: { discord: { accounts: { a: { apiBaseUrl: url } } } } })).toEqual([
      `channels.discord.accounts.a.apiBaseUrl ${unsafe}`,
    ]);
  });
});
