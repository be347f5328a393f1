import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { assertAbsent, canary, command, run, temporaryDirectory, testWith } from "@durar/testing";
import { expect } from "vitest";
import { bin } from "../../../packages/cli/src/fixtures/durar.ts";
import { gatewayProcess } from "../../../packages/cli/src/fixtures/gateway.ts";
import { onScreen, type Screen } from "../../../packages/cli/src/fixtures/screen.ts";
import { changeSecrets } from "./change-secrets.js";
import { layOutState } from "./state-directory.js";

/** A screen as it was written down; anew with `npx vitest -u`. */
async function reads(seen: string, name: string, directory: string): Promise<void> {
  await expect(seen.replaceAll(directory, "<dir>")).toMatchFileSnapshot(`../fixtures/${name}.txt`);
}

async function answer(screen: Screen, question: string, ...keys: string[]): Promise<void> {
  await screen.asks(question);
  await screen.press(...keys, "Enter");
}

/** The vault gets its token by name, where it lay in the configuration. */
async function editVault(screen: Screen): Promise<void> {
  await answer(screen, "Providers", "Up", "Up", "Up");
  await answer(screen, "Provider vault");
  await answer(screen, "Absolute path of the command");
  await answer(screen, "What it answers");
  await answer(screen, "Arguments");
  await screen.asks("Variables it gets");
  await screen.replace("PATH, VAULT_TOKEN");
  await screen.press("Enter");
  await answer(screen, "Milliseconds it may take");
  await answer(screen, "May the path of the command be a link");
  await answer(screen, "Directories the command must lie in");
}

testWith(
  command("tmux"),
  "the state directory of the quickstart is migrated by hand, and a gateway runs on the result",
  async () => {
    const secrets: string[] = [];
    const makeSecret = (): string => {
      const secret = canary();
      secrets.push(secret);
      return secret;
    };
    const state = layOutState(await temporaryDirectory(), { makeSecret });
    const { directory, environment } = state;
    changeSecrets(directory, ({ providers }) => (providers["groq"] = { apiKey: makeSecret() }));
    const env = { ...environment, Durar_STATE_DIR: directory };

    const screen = await onScreen(["secrets", "configure", "--allow-exec"], { cwd: directory, env });
    await editVault(screen);
    await answer(screen, "Providers");
    await answer(screen, "Credentials");
    await screen.asks("Fields");
    await screen.type("plaintext");
    await reads(await screen.shows("(13 matches)"), "fields", directory);
    for (let field = 1; field <= 13; field++) {
      await screen.press("Tab", "Down");
      await expect
        .poll(async () => (await screen.seen()).split("◼").length - 1, { timeout: 20_000 })
        .toBe(field);
    }
    await screen.press("Enter");
    for (let field = 1; field <= 13; field++) {
      await answer(screen, "Source", "Down");
      await answer(screen, "Provider");
      await answer(screen, "Id");
      await answer(screen, "The present value");
    }
    await answer(screen, "Credentials");
    await screen.asks("What now?");
    const [, preflight = ""] = (await screen.everything()).split(/^(?=● {2}This is what would change)/m);
    await reads(preflight, "preflight", directory);
    await screen.press("Enter");
    await screen.shows("no gateway is running");
    expect(await screen.status()).toBe(0);
    assertAbsent(secrets, await screen.everything());

    const { exitCode, stdout } = await run(
      process.execPath,
      [bin, "secrets", "audit", "--check", "--allow-exec", "--quiet"],
      { env: { PATH: process.env["PATH"] ?? "", HOME: directory, ...env } },
    );
    expect(stdout).toMatch(/^clean: /);
    expect(exitCode).toBe(0);
    // Of what a ref reads, the secrets file, two lines of .env and the vault hold some.
    const rightful = ["secrets.json", ".env", "vault-resolver"];
    for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" }))
      if (!rightful.includes(name) && statSync(join(directory, name)).isFile())
        assertAbsent(secrets, readFileSync(join(directory, name), "utf8"));

    const gateway = await gatewayProcess(directory, environment);
    gateway.kill("SIGTERM");
    expect(await gateway.ended).toMatchObject({ exitCode: 0 });
    assertAbsent(secrets, gateway.log());
  },
);
