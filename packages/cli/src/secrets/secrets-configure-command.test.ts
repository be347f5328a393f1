import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { assertAbsent, canary, command, testWith, writePrivate } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { durarProcess } from "../fixtures/durar.ts";
import { canaries, config, filemain, install, irc, openai, profile } from "../fixtures/plaintext.ts";
import { onScreen, type Screen, type ScreenOptions } from "../fixtures/screen.ts";

const tmux = command("tmux");

/** The command on a screen; at the end of the test, no value may have been seen on it. */
async function configure(
  directory: string,
  args: readonly string[] = [],
  options: Partial<ScreenOptions> = {},
): Promise<Screen> {
  return onScreen(["secrets", "configure", "--state-dir", directory, ...args], {
    cwd: directory,
    ...options,
  });
}

/** Waits for the end, and holds everything that was seen against the values. */
async function ended(screen: Screen): Promise<number> {
  const status = await screen.status();
  assertAbsent(canaries, await screen.everything());
  return status;
}

/** A screen as it was written down; anew with `npx vitest -u`. */
async function reads(seen: string, name: string, directory: string): Promise<void> {
  const text = seen.replaceAll(directory, "<dir>");
  await expect(text).toMatchFileSnapshot(`../fixtures/configure/${name}.txt`);
}

/** The end of what was seen, from the last time that a text stands there: how far a screen has scrolled does not count. */
async function since(screen: Screen, text: string): Promise<string> {
  const everything = await screen.everything();
  return everything.slice(everything.lastIndexOf(text));
}

async function goOn(screen: Screen): Promise<void> {
  await screen.asks("Providers");
  await screen.press("Enter");
}

/** Chooses fields by what is typed to find each. */
async function choose(screen: Screen, ...fields: string[]): Promise<void> {
  await screen.asks("Credentials");
  await screen.press("Enter");
  await screen.asks("Fields");
  for (const field of fields) {
    await screen.type(field);
    await screen.shows("(1 match)");
    await screen.press("Tab", "C-u");
    await screen.shows("Search: _");
  }
  await screen.press("Enter");
}

/** Answers that a credential is kept by the provider filemain, and moved there. */
async function moveToFile(screen: Screen): Promise<void> {
  await screen.asks("Source");
  await screen.press("Down", "Enter");
  await screen.asks("Provider");
  await screen.press("Enter");
  await screen.asks("Id");
  await screen.press("Enter");
  await screen.asks("The present value");
  await screen.press("Enter");
}

testWith(tmux, "a small installation is migrated by hand, and the audit finds nothing any more", async () => {
  const directory = await install("");
  const screen = await configure(directory);
  await screen.asks("Providers");
  await screen.press("Up", "Enter");
  await screen.asks("Source of the new provider");
  await screen.press("Enter");
  await screen.asks("Its alias");
  await screen.type("vault");
  await screen.press("Enter");
  await screen.asks("Path of the file");
  await screen.type("~/secrets.json");
  await screen.press("Enter");
  await screen.asks("What the file holds");
  await screen.press("Enter");
  // It does not exist yet; moving values there makes it.
  await screen.asks("What now?");
  await screen.press("Enter");
  await goOn(screen);
  await choose(screen, "openai", "irc", "zai");
  await moveToFile(screen);
  await moveToFile(screen);
  await moveToFile(screen);
  await screen.asks("Credentials");
  await screen.press("Enter");
  await screen.asks("What now?");
  const [, preflight = ""] = (await screen.everything()).split(/^(?=● {2}This is what would change)/m);
  await reads(preflight, "preflight", directory);
  await screen.press("Enter");
  await screen.shows("no gateway is running");
  await screen.shows("status 0");
  await reads(await since(screen, "◇  What now?"), "applied", directory);
  expect(await ended(screen)).toBe(0);

  const written = readFileSync(join(directory, "Durar.json"), "utf8");
  expect(written).toContain("// what the operator wrote stays");
  for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" }))
    if (name !== "secrets.json" && name !== ".env" && statSync(join(directory, name)).isFile())
      assertAbsent(canaries, readFileSync(join(directory, name), "utf8"));
  expect(JSON.parse(readFileSync(join(directory, "secrets.json"), "utf8"))).toEqual({
    models: { providers: { openai: { apiKey: openai } } },
    channels: { irc: { password: irc } },
    agents: { main: { profiles: { "zai:default": { key: profile } } } },
  });
  expect(statSync(join(directory, "secrets.json")).mode & 0o777).toBe(0o600);
  const audit = await durarProcess(["secrets", "audit", "--check", "--state-dir", directory], {
    env: { HOME: directory },
  });
  expect(audit).toMatchObject({ exitCode: 0, stderr: "" });
});

describe("providers", () => {
  testWith(tmux, "are listed with their source; one is added, a wrong answer asked again", async () => {
    const directory = await install(
      `${filemain}, tool: { source: "exec", command: "/usr/bin/tool" }, few: { source: "env", allowlist: ["ONE"] }`,
    );
    const screen = await configure(directory, ["--providers-only"]);
    await reads(await screen.asks("Providers"), "provider-list", directory);
    await screen.press("Up", "Enter");
    await screen.asks("Source of the new provider");
    await screen.press("Enter");
    await screen.asks("Its alias");
    await screen.type("filemain");
    await screen.press("Enter");
    await screen.shows("there is a provider of this alias already");
    await screen.replace("other");
    await screen.press("Enter");
    await screen.asks("Path of the file");
    await screen.type("secrets.json");
    await screen.press("Enter");
    await reads(await screen.shows("must be an absolute path or start with ~/"), "wrong-answer", directory);
    await screen.replace("/nonexistent/secrets.json");
    await screen.press("Enter");
    await screen.asks("What the file holds");
    await screen.press("Down", "Enter");
    await screen.asks("What now?");
    await reads(await since(screen, "◇  Source of the new provider"), "adding-a-file-provider", directory);
    await screen.press("Enter");
    await screen.asks("Providers");
    await screen.shows("other: file, /nonexistent/secrets.json (one value)");
    await screen.press("Enter");
    await screen.asks("What now?");
    await screen.press("Down", "Down", "Down", "Enter");
    await screen.shows("0 fields planned, nothing saved or changed");
    expect(await ended(screen)).toBe(0);
    expect(readFileSync(join(directory, "Durar.json"), "utf8")).not.toContain("other");
  });

  testWith(
    tmux,
    "are edited with their settings prefilled, and removed; the rest of them stays",
    async () => {
      const directory = await install(
        `few: { source: "env", allowlist: ["ONE", "TWO"] },
       slow: { source: "file", path: "~/slow.json", maxBytes: 500 /* small */ }`,
      );
      await writePrivate(join(directory, "fast.json"), "{}");
      const screen = await configure(directory, ["--providers-only", "--yes", "--apply"]);
      await screen.asks("Providers");
      await screen.press("Up", "Up", "Up", "Up", "Enter");
      await screen.asks("Provider few");
      await screen.press("Down", "Enter");
      await screen.asks("Providers");
      await screen.shows("the plan removes provider few");
      await screen.press("Up", "Up", "Up", "Enter");
      await screen.asks("Provider slow");
      await screen.press("Enter");
      await screen.asks("Path of the file");
      await screen.shows("~/slow.json");
      await screen.replace("~/fast.json");
      await screen.press("Enter");
      await screen.asks("What the file holds");
      await screen.press("Enter");
      await goOn(screen);
      await screen.shows("changed 1 file");
      expect(await ended(screen)).toBe(0);
      const written = readFileSync(join(directory, "Durar.json"), "utf8");
      expect(written).toContain('path: "~/fast.json", maxBytes: 500 /* small */');
      expect(written).not.toContain("few");
    },
  );

  testWith(tmux, "that break a rule can be corrected", async () => {
    const directory = await install(`odd: { source: "file", path: "relative.json", timeoutMs: 700 }`);
    const screen = await configure(directory, ["--providers-only", "--apply"]);
    await screen.asks("Providers");
    await screen.shows("odd: its settings are not valid");
    await screen.press("Up", "Up", "Enter");
    await screen.asks("Provider odd");
    await screen.press("Enter");
    await screen.asks("Path of the file");
    await screen.replace("~/odd.json");
    await screen.press("Enter");
    await screen.asks("What the file holds");
    await screen.press("Enter");
    await screen.asks("What now?");
    await screen.press("Enter");
    await goOn(screen);
    await screen.asks("Apply it now?");
    await screen.press("Right", "Enter");
    await screen.shows("0 fields planned, nothing saved or changed");
    expect(await ended(screen)).toBe(0);
    expect(readFileSync(join(directory, "Durar.json"), "utf8")).toContain("relative.json");
  });

  testWith(
    tmux,
    "with env values of their own lose them when they are edited, for a plan would hold them",
    async () => {
      const token = canary();
      const directory = await install(
        `tool: { source: "exec", command: "/usr/bin/true", env: { TOKEN: "${token}" }, timeoutMs: 700 }`,
      );
      const screen = await configure(directory, ["--providers-only", "--apply", "--yes", "--allow-exec"]);
      await screen.asks("Providers");
      await screen.press("Home", "Up", "Up", "Up", "Enter");
      await screen.asks("Provider tool");
      await screen.shows("durar config patch");
      await screen.shows("Edit it, without its env values");
      await screen.press("Enter");
      await screen.asks("Absolute path of the command");
      await screen.press("Enter");
      await screen.asks("What it answers");
      await screen.press("Enter");
      await screen.asks("Arguments");
      await screen.press("Enter");
      await screen.asks("Variables it gets");
      await screen.type("TOKEN");
      await screen.press("Enter");
      await screen.asks("Milliseconds it may take");
      await screen.press("Enter");
      await screen.asks("May the path of the command be a link");
      await screen.press("Enter");
      await screen.asks("Directories the command must lie in");
      await screen.press("Enter");
      await goOn(screen);
      await screen.shows("changed 1 file");
      expect(await ended(screen)).toBe(0);
      assertAbsent(token, await screen.everything());
      const written = readFileSync(join(directory, "Durar.json"), "utf8");
      expect(written).toMatch(
        /tool: \{ source: "exec", command: "\/usr\/bin\/true", timeoutMs: 700, passEnv: \["TOKEN"\] \}/,
      );
      assertAbsent(token, written);
    },
  );

  testWith(tmux, "of exec are asked for everything a command needs, by the rules of the schema", async () => {
    const directory = await install("");
    const plan = join(directory, "plan.json");
    const screen = await configure(directory, ["--providers-only", "--plan-out", plan]);
    await screen.asks("Providers");
    await screen.press("Up", "Enter");
    await screen.asks("Source of the new provider");
    await screen.press("Down", "Enter");
    await screen.asks("Its alias");
    await screen.type("tool");
    await screen.press("Enter");
    await screen.asks("Absolute path of the command");
    await screen.type("/usr/bin/env");
    await screen.press("Enter");
    await screen.asks("What it answers");
    await screen.press("Enter");
    await screen.asks("Arguments");
    await screen.type("get {id}");
    await screen.press("Enter");
    await screen.shows('may contain "{id}" only with jsonOnly: false');
    await screen.replace('["get", "a b"]');
    await screen.press("Enter");
    await screen.asks("Variables it gets");
    await screen.type("HOME, 1BAD");
    await screen.press("Enter");
    await screen.shows("number 2 must be the name of an environment variable");
    await screen.replace("HOME, VAULT_ADDR");
    await screen.press("Enter");
    await screen.asks("Milliseconds");
    await screen.type("0");
    await screen.press("Enter");
    await screen.shows("must be at least 1");
    await screen.replace("900");
    await screen.press("Enter");
    await screen.asks("May the path");
    await screen.press("Enter");
    await screen.asks("Directories");
    await screen.press("Enter");
    await screen.asks("Providers");
    await screen.press("C-c");
    expect(await ended(screen)).toBe(130);
    expect(readPlan(plan)).toMatchObject({
      targets: [],
      providerUpserts: {
        tool: {
          source: "exec",
          command: "/usr/bin/env",
          args: ["get", "a b"],
          passEnv: ["HOME", "VAULT_ADDR"],
          timeoutMs: 900,
        },
      },
    });
  });
});

interface Plan {
  readonly targets: readonly unknown[];
}

function readPlan(path: string): Plan {
  return JSON.parse(readFileSync(path, "utf8")) as Plan;
}

describe("credentials", () => {
  testWith(
    tmux,
    "are offered with their state, plaintext first, and asked for with what is known",
    async () => {
      const directory = await install();
      const screen = await configure(directory, ["--skip-provider-setup"]);
      await screen.asks("Credentials");
      await screen.press("Enter");
      await screen.asks("Fields");
      await screen.press("Down");
      await reads(
        await screen.shows("not in use: channels.irc.enabled is false"),
        "credential-picker",
        directory,
      );
      await screen.press("Up", "Tab", "Enter");
      await screen.asks("Source");
      await screen.press("Enter");
      await screen.asks("Provider");
      await screen.press("Enter");
      await screen.asks("Id");
      await reads(await screen.shows("OPENAI_API_KEY"), "id-prefilled", directory);
      // Nothing is there, so a value that is not moved does not resolve.
      await screen.press("Enter");
      await screen.asks("The present value");
      await screen.press("Down", "Enter");
      await screen.asks("What now?");
      await reads(await since(screen, "◇  Source"), "failed-check", directory);
      await screen.press("Enter");
      await screen.asks("Source");
      await screen.press("C-c");
      expect(await ended(screen)).toBe(130);
    },
  );

  testWith(tmux, "are checked by the rules of source and provider while the id is typed", async () => {
    const directory = await install(`few: { source: "env", allowlist: ["ONLY_THIS"] }`);
    const screen = await configure(directory, ["--skip-provider-setup"]);
    await choose(screen, "openai");
    await screen.asks("Source");
    await screen.press("Enter");
    await screen.asks("Provider");
    await screen.press("Down", "Enter");
    await screen.asks("Id");
    await screen.type("lower");
    await screen.press("Enter");
    await screen.shows("an env id must match");
    await screen.replace("OTHER");
    await screen.press("Enter");
    await screen.shows("the allowlist of this provider does not name this variable");
    await screen.press("C-c");
    expect(await ended(screen)).toBe(130);
  });

  testWith(tmux, "whose ref yields another value are kept only where that is meant", async () => {
    const directory = await install();
    const other = canary();
    await writePrivate(
      join(directory, "secrets.json"),
      JSON.stringify({ models: { providers: { openai: { apiKey: other } } } }),
    );
    const plan = join(directory, "plan.json");
    const screen = await configure(directory, ["--skip-provider-setup", "--plan-out", "plan.json"]);
    await choose(screen, "openai");
    // Another value stands where this one is to be moved.
    await moveToFile(screen);
    await screen.asks("What now?");
    await screen.shows("[APPLY_DESTINATION_TAKEN]");
    await screen.press("Enter");
    await screen.asks("Source");
    await screen.press("Enter");
    await screen.asks("Provider");
    await screen.press("Enter");
    await screen.asks("Id");
    await screen.shows("/models/providers/openai/apiKey");
    await screen.press("Enter");
    await screen.asks("The present value");
    await screen.press("Down", "Enter");
    await screen.asks("What now?");
    await screen.shows("its value differs from the present one");
    expect(() => statSync(plan)).toThrow("ENOENT");
    await screen.press("Down", "Enter");
    await goToEnd(screen);
    await screen.press("Down", "Enter");
    await screen.shows("--dry-run --accept-new-values");
    expect(await ended(screen)).toBe(0);
    expect(statSync(plan).mode & 0o777).toBe(0o600);
    assertAbsent([...canaries, other], (await screen.everything()) + readFileSync(plan, "utf8"));
    const apply = ["secrets", "apply", "--from", plan, "--state-dir", directory];
    expect(await durarProcess(apply, { env: { HOME: directory } })).toMatchObject({ exitCode: 1 });
    expect(await durarProcess([...apply, "--accept-new-values"], { env: { HOME: directory } })).toMatchObject(
      { exitCode: 0 },
    );
  });

  testWith(tmux, "that are not in use are asked for all the same, and kept where that is meant", async () => {
    const directory = await install();
    await writePrivate(
      join(directory, "Durar.json"),
      `{ channels: { telegram: { enabled: false } }, models: { providers: { openai: { apiKey: "\${NOT_SET}" } } } }`,
    );
    const screen = await configure(directory, ["--skip-provider-setup", "--plan-out", "plan.json"]);
    await choose(screen, "telegram.botToken");
    await screen.asks("Source");
    await screen.press("Enter");
    await screen.asks("Provider");
    await screen.press("Enter");
    await screen.asks("Id");
    await screen.press("Enter");
    await screen.asks("What now?");
    // What is wrong elsewhere is not said of this field.
    expect(await screen.shows("the field is not in use")).not.toContain("NOT_SET");
    await screen.shows("[SECRET_NOT_FOUND]");
    await screen.press("Down", "Enter");
    await screen.asks("Credentials");
    await screen.press("Enter");
    await screen.asks("What now?");
    await screen.shows("NOT_SET");
    await screen.press("C-c");
    expect(await ended(screen)).toBe(130);
    expect(readPlan(join(directory, "plan.json")).targets).toHaveLength(1);
  });

  testWith(tmux, "of a profile that an agent does not have yet get the profile with them", async () => {
    const directory = await install();
    const screen = await configure(directory, [
      "--skip-provider-setup",
      "--agent",
      "main",
      "--apply",
      "--yes",
    ]);
    await screen.asks("Credentials");
    await screen.press("Down", "Enter");
    await screen.asks("Model provider");
    await screen.type("groq");
    await screen.press("Enter");
    await screen.asks("Type of the profile");
    await screen.press("Enter");
    await screen.asks("Id of the profile");
    await screen.replace("zai:default");
    await screen.press("Enter");
    await screen.shows("is there already");
    await screen.replace("team");
    await screen.press("Enter");
    await screen.asks("Source");
    await screen.press("Enter");
    await screen.asks("Provider");
    await screen.press("Enter");
    await screen.asks("Id");
    await screen.shows("GROQ_API_KEY");
    await screen.press("Enter");
    await screen.asks("Credentials");
    await screen.press("Enter");
    expect(await ended(screen)).toBe(0);
    const store = readFileSync(join(directory, "agents/main/agent/auth-profiles.json"), "utf8");
    expect(JSON.parse(store)).toMatchObject({
      profiles: {
        team: {
          type: "api_key",
          provider: "groq",
          keyRef: { source: "env", provider: "default", id: "GROQ_API_KEY" },
        },
      },
    });
  });

  testWith(tmux, "are those of one agent where --agent says which", async () => {
    const directory = await install();
    await writePrivate(
      join(directory, "agents/work/agent/auth-profiles.json"),
      JSON.stringify({ profiles: { "xai:default": { type: "api_key", provider: "xai", key: canary() } } }),
    );
    const screen = await configure(directory, ["--skip-provider-setup", "--agent", "work"]);
    await screen.asks("Credentials");
    await screen.press("Enter");
    await screen.asks("Fields");
    const seen = await screen.shows("work: profiles.xai:default.key");
    expect(seen).not.toContain("zai");
    await screen.press("C-c");
    expect(await ended(screen)).toBe(130);
  });

  testWith(tmux, "planned here are the same targets as planned by flags", async () => {
    const directory = await install();
    const screen = await configure(directory, ["--skip-provider-setup", "--plan-out", "asked.json"]);
    await choose(screen, "openai", "zai");
    await moveToFile(screen);
    await moveToFile(screen);
    await goToEnd(screen);
    await screen.press("Down", "Enter");
    expect(await ended(screen)).toBe(0);
    const flags = [
      ["--set", "models.providers.openai.apiKey=file:filemain:/models/providers/openai/apiKey"],
      ["--set", "profiles.zai:default.key=file:filemain:/agents/main/profiles/zai:default/key"],
      ["--agent", "main"],
      ["--move-values", "--out", "flags.json", "--state-dir", directory],
    ].flat();
    expect(
      await durarProcess(["secrets", "plan", ...flags], { cwd: directory, env: { HOME: directory } }),
    ).toMatchObject({ exitCode: 0 });
    const asked = readPlan(join(directory, "asked.json"));
    expect(asked.targets).toHaveLength(2);
    expect(asked.targets).toEqual(readPlan(join(directory, "flags.json")).targets);
  });
});

/** Goes on to the question of what becomes of the plan. */
async function goToEnd(screen: Screen): Promise<void> {
  await screen.asks("Credentials");
  await screen.press("Enter");
  await screen.asks("What now?");
}

describe("commands of exec providers", () => {
  const withTool = async (): Promise<string> => {
    const directory = await install();
    const ran = join(directory, "ran");
    await writePrivate(
      join(directory, "tool"),
      `#!/bin/sh\ntouch ${ran}\nprintf '{"protocolVersion":1,"values":{"openai":"${openai}"}}'\n`,
      0o700,
    );
    await writePrivate(
      join(directory, "Durar.json"),
      config(`tool: { source: "exec", command: "${join(directory, "tool")}" }`),
    );
    return directory;
  };
  const mapToTool = async (screen: Screen): Promise<void> => {
    await choose(screen, "openai");
    await screen.asks("Source");
    await screen.press("Down", "Enter");
    await screen.asks("Provider");
    await screen.press("Enter");
    await screen.asks("Id");
    await screen.type("openai");
    await screen.press("Enter");
  };

  testWith(tmux, "are not run without --allow-exec, which is said; applying ends with 77", async () => {
    const directory = await withTool();
    const screen = await configure(directory, ["--skip-provider-setup"]);
    await mapToTool(screen);
    await screen.shows("it was not run, which needs --allow-exec");
    await goToEnd(screen);
    await screen.press("Enter");
    await screen.shows("[SECRET_EXEC_NOT_ALLOWED]");
    expect(await ended(screen)).toBe(77);
    expect(readdirSync(directory)).not.toContain("ran");
    expect(readFileSync(join(directory, "Durar.json"), "utf8")).toBe(
      config(`tool: { source: "exec", command: "${join(directory, "tool")}" }`),
    );
  });

  testWith(tmux, "are run with it, and their answer is held against the present value", async () => {
    const directory = await withTool();
    const screen = await configure(directory, ["--skip-provider-setup", "--allow-exec"]);
    await mapToTool(screen);
    await screen.shows("resolves: the same value");
    await goToEnd(screen);
    await screen.press("Enter");
    expect(await ended(screen)).toBe(0);
    expect(readdirSync(directory)).toContain("ran");
    assertAbsent(openai, readFileSync(join(directory, "Durar.json"), "utf8"));
  });
});

describe("an end", () => {
  testWith(tmux, "by Ctrl-C loses nothing that was saved, and says where it is", async () => {
    const directory = await install();
    const screen = await configure(directory, ["--skip-provider-setup", "--plan-out", "plan.json"]);
    await choose(screen, "openai", "irc");
    await moveToFile(screen);
    await screen.asks("Source");
    await screen.press("C-c");
    await screen.shows("status 130");
    await reads(await since(screen, "◇  The present value"), "interrupted", directory);
    expect(await ended(screen)).toBe(130);
    const plan = join(directory, "plan.json");
    expect(statSync(plan).mode & 0o777).toBe(0o600);
    expect(readPlan(plan).targets).toHaveLength(1);
    assertAbsent(canaries, readFileSync(plan, "utf8"));
    const apply = ["secrets", "apply", "--from", plan, "--dry-run", "--state-dir", directory];
    expect(await durarProcess(apply, { env: { HOME: directory } })).toMatchObject({ exitCode: 0 });
  });

  testWith(tmux, "by Ctrl-C without it says that nothing was saved; Escape ends nothing", async () => {
    const directory = await install();
    const screen = await configure(directory);
    await screen.asks("Providers");
    await screen.press("Escape");
    // Right behind it, a key would be taken for one with Alt.
    await new Promise((done) => setTimeout(done, 200));
    await goOn(screen);
    await screen.asks("Credentials");
    await screen.press("C-c");
    await screen.shows("nothing was saved or changed [INTERRUPTED]");
    expect(await ended(screen)).toBe(130);
  });

  testWith(tmux, "by SIGTERM is told like one by Ctrl-C", async () => {
    const directory = await install();
    const screen = await configure(directory, ["--skip-provider-setup"]);
    await screen.asks("Credentials");
    await screen.signal("SIGTERM");
    await screen.shows("nothing was saved or changed [INTERRUPTED]");
    expect(await ended(screen)).toBe(130);
  });

  testWith(tmux, "where the plan does not hold is offered a way back, and every reason", async () => {
    const directory = await install(`few: { source: "env", allowlist: ["NOT_SET"] }`);
    await writePrivate(
      join(directory, "Durar.json"),
      `{ secrets: { providers: { few: { source: "env", allowlist: ["NOT_SET"] } } },
         models: { providers: { openai: { apiKey: { source: "env", provider: "few", id: "NOT_SET" } } } } }`,
    );
    const screen = await configure(directory);
    await screen.asks("Providers");
    await screen.press("Up", "Up", "Up", "Enter");
    await screen.asks("Provider few");
    await screen.press("Down", "Enter");
    await screen.asks("Remove the provider few?");
    await screen.shows("1 field still needs it");
    await screen.press("Enter");
    await goOn(screen);
    await screen.asks("Credentials");
    await screen.press("Down", "Down", "Enter");
    await screen.asks("What now?");
    await screen.shows('provider "few" is deleted, and a ref still names it [PLAN_PROVIDER_INVALID]');
    await screen.press("Enter");
    await screen.asks("Providers");
    await screen.press("Enter");
    await screen.asks("Credentials");
    await screen.press("Down", "Down", "Enter");
    await screen.asks("What now?");
    await screen.press("Down", "Enter");
    await screen.shows("[PLAN_PROVIDER_INVALID]");
    expect(await ended(screen)).toBe(1);
  });

  testWith(
    tmux,
    "with --json is one document on standard output, whatever was asked on the terminal",
    async () => {
      const directory = await install();
      const redirect = "> out.json";
      const screen = await configure(directory, ["--skip-provider-setup", "--json"], { redirect });
      await choose(screen, "openai");
      await moveToFile(screen);
      await goToEnd(screen);
      await screen.press("Enter");
      expect(await ended(screen)).toBe(0);
      const text = readFileSync(join(directory, "out.json"), "utf8");
      assertAbsent(canaries, text);
      expect(JSON.parse(text)).toMatchObject({
        ok: true,
        mode: "write",
        changed: true,
        reload: { status: "not-running" },
      });
    },
  );

  testWith(tmux, "with --json and a saved plan is the plan; after Ctrl-C, the failure", async () => {
    const directory = await install();
    const args = ["--skip-provider-setup", "--json"];
    const redirect = "> out.json";
    const out = (): unknown => JSON.parse(readFileSync(join(directory, "out.json"), "utf8"));
    const saved = await configure(directory, args, { redirect });
    await choose(saved, "openai");
    await moveToFile(saved);
    await goToEnd(saved);
    await saved.press("Down", "Enter");
    await saved.asks("File for the plan");
    await saved.replace("Durar.json");
    await saved.press("Enter");
    await saved.shows("it exists and is no plan");
    await saved.replace("saved.json");
    await saved.press("Enter");
    expect(await ended(saved)).toBe(0);
    expect(out()).toEqual({
      ok: true,
      out: join(directory, "saved.json"),
      plan: readPlan(join(directory, "saved.json")),
    });
    const interrupted = await configure(directory, args, { redirect });
    await interrupted.asks("Credentials");
    await interrupted.press("C-c");
    expect(await ended(interrupted)).toBe(130);
    expect(out()).toMatchObject({ ok: false, error: { code: "INTERRUPTED" } });
  });
});

describe("a terminal", () => {
  test("is needed: without one it is refused, in text and in JSON, naming the command that needs none", async () => {
    const directory = await install();
    const args = ["secrets", "configure", "--state-dir", directory];
    const refused = await durarProcess(args);
    expect(refused).toMatchObject({ exitCode: 64, stdout: "" });
    await reads(refused.stderr, "without-terminal", directory);
    const json = await durarProcess([...args, "--json"]);
    expect(json).toMatchObject({ exitCode: 64, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: false,
      error: { code: "USAGE", hint: "durar secrets plan does the same by flags" },
    });
  });

  testWith(tmux, "that cannot move its cursor is refused as well", async () => {
    const directory = await install();
    const screen = await configure(directory, [], { env: { TERM: "dumb" } });
    await screen.shows("this terminal (TERM=dumb) cannot show the questions [USAGE]");
    expect(await ended(screen)).toBe(64);
  });

  testWith(tmux, "without colours gets none", async () => {
    const directory = await install();
    const colours = async (args: readonly string[], env: Readonly<Record<string, string>>) => {
      const screen = await configure(directory, args, { env });
      await screen.asks("Providers");
      return screen.hasColours();
    };
    expect(await colours([], {})).toBe(true);
    expect(await colours([], { NO_COLOR: "1" })).toBe(false);
    expect(await colours(["--no-color"], {})).toBe(false);
  });

  testWith(tmux, "shows no character of a file that it would obey", async () => {
    const directory = await install();
    await writePrivate(
      join(directory, "Durar.json"),
      `{ models: { providers: { "e\\u001b[2Jvil": { apiKey: "${openai}" } } } }`,
    );
    await writePrivate(
      join(directory, "agents/a\u001b[2Jgent/agent/auth-profiles.json"),
      JSON.stringify({ profiles: { "xai:default": { type: "api_key", provider: "xai", key: canary() } } }),
    );
    const screen = await configure(directory, ["--skip-provider-setup"]);
    await screen.asks("Credentials");
    await screen.press("Enter");
    await screen.shows("\\u001b[2Jvil");
    await screen.shows("a\\u001b[2Jgent: profiles.xai:default.key");
    await screen.press("Tab", "Enter");
    await screen.asks("Source");
    await screen.shows("◇  Credentials");
    await screen.press("C-c");
    expect(await ended(screen)).toBe(130);
  });
});

testWith(tmux, "a change that was interrupted is finished first, where the operator agrees", async () => {
  const directory = await install();
  const journal = await writePrivate(join(directory, ".durar-commit.json"), "{}");
  const screen = await configure(directory);
  await screen.asks("Finish it first?");
  await screen.press("Right", "Enter");
  await screen.shows("an interrupted change stands in the way [CHANGE_INTERRUPTED]");
  expect(await ended(screen)).toBe(1);
  const again = await configure(directory, ["--yes"]);
  await again.shows("[APPLY_RECOVERY_CONFLICT]");
  expect(await ended(again)).toBe(1);
  expect(readFileSync(journal, "utf8")).toBe("{}");
});

describe("what cannot go together or is not there is a mistake", () => {
  test.each([
    [["--providers-only", "--skip-provider-setup"], "exclude each other"],
    [["--plan-out", "/nonexistent/plan.json"], "its directory does not exist [FILE_UNWRITABLE]"],
  ])("%j", async (args, message) => {
    const directory = await install();
    const { exitCode, stderr } = await durarProcess([
      "secrets",
      "configure",
      "--state-dir",
      directory,
      ...args,
    ]);
    expect(exitCode).toBe(stderr.includes("USAGE") ? 64 : 1);
    expect(stderr).toContain(message);
  });

  testWith(tmux, "an agent that the installation does not have", async () => {
    const directory = await install();
    const screen = await configure(directory, ["--agent", "nobody"]);
    await screen.shows("--agent names no agent of this installation [USAGE]");
    expect(await ended(screen)).toBe(64);
  });
});
