import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  assertAbsent,
  canary,
  command,
  temporaryDirectory,
  testWith,
  writePrivate,
  writeScript,
} from "@durar/testing";
import { describe, expect } from "vitest";
import { durarProcess } from "../fixtures/durar.ts";
import { onScreen, type Screen, type ScreenOptions } from "../fixtures/screen.ts";

const tmux = command("tmux");
const typed = canary();
const kept = canary();
const gatewayKey = canary();
const env = { GATEWAY_KEY: gatewayKey };
const canaries = [typed, kept, gatewayKey];

/** The command on a screen, with a state directory in this one. */
async function onboard(
  directory: string,
  args: readonly string[] = [],
  options: Partial<ScreenOptions> = {},
): Promise<Screen> {
  const state = join(directory, "state");
  return onScreen(["onboard", "--state-dir", state, ...args], { cwd: directory, env, ...options });
}

/** Waits for the end, and holds everything that was seen against the values. */
async function ended(screen: Screen): Promise<number> {
  const status = await screen.status();
  assertAbsent(canaries, await screen.everything());
  return status;
}

/** A screen as it was written down; anew with `npx vitest -u`. */
async function reads(seen: string, name: string, directory: string): Promise<void> {
  await expect(seen.replaceAll(directory, "<dir>")).toMatchFileSnapshot(`../fixtures/onboard/${name}.txt`);
}

const configOf = (directory: string): string => readFileSync(join(directory, "state/Durar.json"), "utf8");

async function written(config: string): Promise<string> {
  const directory = await temporaryDirectory();
  await writePrivate(join(directory, "state/Durar.json"), config.replaceAll("<dir>", directory));
  return directory;
}

/** Presses keys once a question is asked. */
async function answer(screen: Screen, question: string, ...keys: string[]): Promise<void> {
  await screen.asks(question);
  await screen.press(...keys);
}

/** Writes something in the place of what is prefilled, once a question is asked. */
async function fill(screen: Screen, question: string, text: string): Promise<void> {
  await screen.asks(question);
  await screen.replace(text);
  await screen.press("Enter");
}

/** Answers that a credential is kept in a variable. */
async function byVariable(screen: Screen, noun: string, name: string): Promise<void> {
  await answer(screen, `Where is the ${noun} kept?`, "Enter");
  await answer(screen, "Source", "Enter");
  await answer(screen, "Provider", "Enter");
  await fill(screen, "Id", name);
}

/** Answers that it is kept in a file: by the keys that lead to this source from the one of the last answer. */
async function byFile(screen: Screen, noun: string, pointer: string, ...keys: string[]): Promise<void> {
  await answer(screen, `Where is the ${noun} kept?`, "Enter");
  await answer(screen, "Source", ...keys, "Enter");
  await answer(screen, "Provider", "Enter");
  await fill(screen, "Id", pointer);
}

async function byTyping(screen: Screen, noun: string, value: string): Promise<void> {
  await answer(screen, `Where is the ${noun} kept?`, "Down", "Down", "Enter");
  await screen.asks(`The ${noun} (what you type does not show)`);
  await screen.type(value);
  await screen.press("Enter");
}

testWith(
  tmux,
  "an empty state directory gets the configuration that it gets by flags, byte for byte",
  async () => {
    const directory = await temporaryDirectory();
    const screen = await onboard(directory);
    await reads(await screen.asks("Gateway"), "first-question", directory);
    await screen.press("Enter");
    await byVariable(screen, "token", "GATEWAY_KEY");
    await screen.shows("env:default:GATEWAY_KEY resolves");
    await screen.asks("Model provider");
    await screen.type("openai");
    await screen.press("Enter");
    await byTyping(screen, "key of openai", typed);
    await screen.asks("Save it now?");
    await reads(await screen.everything(), "before-saving", directory);
    expect(existsSync(join(directory, "state"))).toBe(false);
    await screen.press("Enter");
    await screen.shows("next: durar secrets status");
    expect(await ended(screen)).toBe(0);
    await reads((await screen.everything()).replace(/^[^]*(?=◇ {2}Save it now)/, ""), "saved", directory);

    const other = await temporaryDirectory();
    await writePrivate(join(other, "key"), `${typed}\n`);
    const flags = [
      "--gateway-auth",
      "token",
      "--auth-ref",
      "env::GATEWAY_KEY",
      "--model-provider",
      "openai",
      "--key-file",
      "key",
    ];
    const byFlags = await durarProcess(["onboard", ...flags, "--state-dir", join(other, "state")], {
      cwd: other,
      env,
    });
    expect(byFlags).toMatchObject({ exitCode: 0 });
    expect(configOf(other)).toBe(configOf(directory));
    expect(configOf(other)).toContain(`apiKey: "${typed}"`);
  },
);

describe("a ref is asked for again, with the reason,", () => {
  testWith(
    tmux,
    "while its variable is missing or blank, its name none, or its value no text; what else is there stays",
    async () => {
      const directory = await written(`// by hand
{ secrets: { providers: { vault: { source: 'file', path: '~/vault.json' } } },
  gateway: { auth: { /* nothing yet */ } },
  channels: {  } }
`);
      await writePrivate(join(directory, "vault.json"), JSON.stringify({ token: kept, number: 5 }));
      const screen = await onboard(directory, ["--skip-model-provider"], { env: { ...env, BLANK: " " } });
      await answer(screen, "Gateway", "Enter");
      await byVariable(screen, "token", "lower");
      await screen.shows("an env id must match");
      await fill(screen, "Id", "NOT_SET");
      await screen.asks("Where is the token kept?");
      await reads(await screen.shows("[SECRET_NOT_FOUND]"), "missing-variable", directory);
      await byVariable(screen, "token", "BLANK");
      await screen.shows("[SECRET_EMPTY]");
      await byFile(screen, "token", "/number", "Down");
      await screen.shows("[SECRET_VALUE_TYPE]");
      await byFile(screen, "token", "/absent");
      await screen.asks("Where is the token kept?");
      await screen.shows("file:vault:/absent");
      await screen.shows("[SECRET_NOT_FOUND]");
      await byFile(screen, "token", "/token");
      await screen.shows("file:vault:/token resolves");
      await answer(screen, "Save it now?", "Enter");
      expect(await ended(screen)).toBe(0);
      expect(configOf(directory)).toBe(`// by hand
{ secrets: { providers: { vault: { source: 'file', path: '~/vault.json' } } },
  gateway: { auth: { /* nothing yet */ mode: 'token', token: { source: 'file', provider: 'vault', id: '/token' } } },
  channels: {  } }
`);
    },
  );

  testWith(tmux, "where a flag has named a provider that is not there", async () => {
    const directory = await temporaryDirectory();
    const screen = await onboard(directory, [
      ...["--gateway-auth", "password", "--auth-ref", "file:nowhere:/x", "--skip-model-provider"],
    ]);
    await screen.asks("Where is the password kept?");
    await screen.shows("[SECRET_PROVIDER_NOT_CONFIGURED]");
    await byTyping(screen, "password", typed);
    await answer(screen, "Save it now?", "Enter");
    expect(await ended(screen)).toBe(0);
    expect(configOf(directory)).toContain(`auth: { mode: "password", password: "${typed}" }`);
  });

  testWith(tmux, "and can get a provider that is not configured yet", async () => {
    const directory = await temporaryDirectory();
    await writePrivate(join(directory, "vault.json"), JSON.stringify({ openai: kept }));
    const screen = await onboard(directory, ["--generate-token", "--gateway-auth", "token"]);
    await screen.asks("Model provider");
    await screen.type("open ai");
    await screen.press("Enter");
    await screen.shows("write its name, as in models.providers");
    await fill(screen, "Model provider", "openai");
    await answer(screen, "Where is the key of openai kept?", "Down", "Enter");
    await answer(screen, "Source of the new provider", "Enter");
    await screen.asks("Its alias");
    await screen.type("vault");
    await screen.press("Enter");
    await screen.asks("Path of the file");
    await screen.type("~/vault.json");
    await screen.press("Enter");
    await answer(screen, "What the file holds", "Enter");
    await answer(screen, "Source", "Down", "Enter");
    await answer(screen, "Provider", "Enter");
    await fill(screen, "Id", "/openai");
    await screen.shows("file:vault:/openai resolves");
    await answer(screen, "Save it now?", "Enter");
    expect(await ended(screen)).toBe(0);
    const config = configOf(directory);
    expect(config).toContain(`vault: { source: "file", path: "~/vault.json" }`);
    const [, token = ""] = /token: "([\w-]{43})"/.exec(config) ?? [];
    expect(token).not.toBe("");
    assertAbsent(token, await screen.everything());
  });
});

describe("a ref that the gateway has", () => {
  testWith(tmux, "is offered first, resolved, and kept; nothing is written", async () => {
    const config = "{ gateway: { auth: { token: '${GATEWAY_KEY}' } } }";
    const directory = await written(config);
    const screen = await onboard(directory, ["--skip-model-provider"]);
    await answer(screen, "Gateway", "Enter");
    await screen.shows("next: durar secrets status");
    await screen.status();
    await reads(await screen.everything(), "kept", directory);
    expect(await ended(screen)).toBe(0);
    expect(configOf(directory)).toBe(config);
  });

  testWith(tmux, "and that does not resolve is shown with the reason, and asked about again", async () => {
    const directory = await written(
      "{ gateway: { auth: { token: { source: 'file', provider: 'gone', id: '/token' } } } }",
    );
    const screen = await onboard(directory, ["--skip-model-provider"]);
    await screen.asks("Gateway");
    await screen.shows("file:gone:/token");
    await screen.press("Enter");
    await screen.asks("Gateway");
    await reads(await screen.shows("[SECRET_PROVIDER_NOT_CONFIGURED]"), "kept-ref-fails", directory);
    await screen.press("C-c");
    await screen.shows("interrupted: nothing was saved");
    expect(await ended(screen)).toBe(130);
  });

  testWith(tmux, "by a command is run only where the operator says so, --yes or not", async () => {
    const config = `{ secrets: { providers: { vault: { source: 'exec', command: '<dir>/vault' } } },
  gateway: { auth: { token: { source: 'exec', provider: 'vault', id: 'token' } } } }`;
    const directory = await written(config);
    const script = await writeScript(
      join(directory, "vault"),
      `#!/bin/sh\ntouch "$0.asked"\necho '{"protocolVersion": 1, "values": {"token": "${kept}"}}'\n`,
    );
    const screen = await onboard(directory, ["--skip-model-provider", "--yes"]);
    await answer(screen, "Gateway", "Enter");
    await answer(screen, "Run the commands of the exec providers", "Right", "Enter");
    await screen.asks("Gateway");
    await screen.shows("nothing was run");
    expect(existsSync(`${script}.asked`)).toBe(false);
    await screen.press("Enter");
    await answer(screen, "Run the commands of the exec providers", "Enter");
    await screen.shows("nothing to change: 1 ref checked");
    expect(await ended(screen)).toBe(0);
    expect(existsSync(`${script}.asked`)).toBe(true);
    expect(configOf(directory)).toBe(config.replaceAll("<dir>", directory));
  });
});

testWith(tmux, "plaintext is replaced only where that is confirmed", async () => {
  const directory = await written(`{ gateway: { auth: { mode: "password", password: "${kept}" } } }`);
  const screen = await onboard(directory, ["--skip-model-provider"]);
  await screen.asks("Gateway");
  await screen.shows("What it has now: gateway.auth.password, plaintext");
  await screen.press("Up", "Enter");
  await byTyping(screen, "password", typed);
  await screen.asks("gateway.auth.password holds another password");
  await reads(await screen.seen(), "replacing", directory);
  await screen.press("Right", "Enter");
  await byTyping(screen, "password", typed);
  await answer(screen, "gateway.auth.password holds another password", "Enter");
  await screen.asks("Save it now?");
  expect(configOf(directory)).toContain(kept);
  await screen.press("Enter");
  expect(await ended(screen)).toBe(0);
  expect(configOf(directory)).toBe(`{ gateway: { auth: { mode: "password", password: "${typed}" } } }`);
  expect(readdirSync(join(directory, "state"))).toEqual(["Durar.json"]);
});

describe("nothing is left", () => {
  testWith(tmux, "after Ctrl-C, not even where a secret was being typed", async () => {
    const directory = await temporaryDirectory();
    const screen = await onboard(directory, ["--gateway-auth", "token", "--skip-model-provider"]);
    await answer(screen, "Where is the token kept?", "Down", "Down", "Enter");
    await answer(screen, "The token", "Down", "Enter");
    await screen.asks("The token (what you type does not show)");
    await screen.press("Enter");
    await screen.shows("it is empty");
    await screen.type(typed);
    await screen.press("C-c");
    await screen.shows("interrupted: nothing was saved");
    expect(await ended(screen)).toBe(130);
    expect(readdirSync(directory)).toEqual([]);
  });

  testWith(tmux, "where the operator does not save", async () => {
    const directory = await temporaryDirectory();
    const screen = await onboard(directory, [
      "--generate-token",
      "--gateway-auth",
      "token",
      "--skip-model-provider",
    ]);
    await answer(screen, "Save it now?", "Right", "Enter");
    await screen.shows("nothing was saved");
    expect(await ended(screen)).toBe(0);
    expect(readdirSync(directory)).toEqual([]);
  });
});

testWith(
  tmux,
  "what is wrong elsewhere is shown before anything is saved, and can be mended meanwhile",
  async () => {
    const config =
      "{ models: { providers: { groq: { apiKey: { source: 'file', provider: 'vault', id: '/groq' } } } }, secrets: { providers: { vault: { source: 'file', path: '~/vault.json' } } } }";
    const directory = await written(config);
    const screen = await onboard(directory, [
      "--skip-model-provider",
      "--gateway-auth",
      "token",
      "--auth-ref",
      "env::GATEWAY_KEY",
    ]);
    await screen.asks("What now?");
    await reads(await screen.shows("models.providers.groq.apiKey"), "wrong-elsewhere", directory);
    await writePrivate(join(directory, "vault.json"), JSON.stringify({ groq: kept }));
    await screen.press("Enter");
    await answer(screen, "Gateway", "Enter");
    await byVariable(screen, "token", "GATEWAY_KEY");
    await answer(screen, "Model provider", "Enter");
    await answer(screen, "Save it now?", "Enter");
    expect(await ended(screen)).toBe(0);
    expect(configOf(directory)).toContain("GATEWAY_KEY");
  },
);

testWith(tmux, "a secret is not read from a terminal that would show it", async () => {
  const directory = await temporaryDirectory();
  const screen = await onboard(directory, ["--gateway-auth", "token", "--auth-file", "-"]);
  await screen.shows("standard input is the terminal");
  expect(await ended(screen)).toBe(64);
});
