import { mkdir, symlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { isDurarError } from "@durar/secretref-schema";
import { temporaryDirectory } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { CONFIG_ERRORS, LAYOUT_NAMES, locateLayout } from "./index.ts";

const HOME = "/home/u";
const cwd = "/work";

test("the durar layout is the default, below the home directory", () => {
  expect(locateLayout(Object.freeze({ environment: Object.freeze({ HOME }), cwd }))).toEqual({
    name: "durar",
    home: HOME,
    stateDirectory: "/home/u/.Durar",
    configFile: "/home/u/.Durar/Durar.json",
    environmentFiles: ["/home/u/.Durar/.env"],
    agentsDirectory: "/home/u/.Durar/agents",
    journalFile: "/home/u/.Durar/.durar-commit.json",
    sentinel: "__Durar_REDACTED__",
    gatewayTokenVariables: ["Durar_GATEWAY_TOKEN", "DURAR_GATEWAY_TOKEN"],
    gatewayPasswordVariables: ["Durar_GATEWAY_PASSWORD", "DURAR_GATEWAY_PASSWORD"],
  });
});

test("the openclaw layout has OpenClaw's names", () => {
  expect(locateLayout({ layout: "openclaw", environment: { HOME }, cwd })).toMatchObject({
    name: "openclaw",
    stateDirectory: "/home/u/.openclaw",
    configFile: "/home/u/.openclaw/openclaw.json",
    sentinel: "__OPENCLAW_REDACTED__",
    gatewayTokenVariables: ["OPENCLAW_GATEWAY_TOKEN"],
    gatewayPasswordVariables: ["OPENCLAW_GATEWAY_PASSWORD"],
  });
});

describe("where things lie", () => {
  const at = (environment: Record<string, string>, options: object = {}) => {
    const { stateDirectory, configFile, environmentFiles } = locateLayout({
      environment: { HOME, ...environment },
      cwd,
      ...options,
    });
    return [stateDirectory, configFile, ...environmentFiles];
  };

  test("is said by variables, in the seed's spelling first", () => {
    expect(at({ Durar_STATE_DIR: "/s" })).toEqual(["/s", "/s/Durar.json", "/s/.env"]);
    expect(at({ DURAR_STATE_DIR: "/s" })).toEqual(["/s", "/s/Durar.json", "/s/.env"]);
    expect(at({ Durar_STATE_DIR: "/s", DURAR_STATE_DIR: "/other" })[0]).toBe("/s");
    expect(at({ Durar_STATE_DIR: " ", DURAR_STATE_DIR: "/other" })[0]).toBe("/other");
    expect(at({ Durar_CONFIG_PATH: "/etc/durar/my.json5" })).toEqual([
      ...["/home/u/.Durar", "/etc/durar/my.json5", "/etc/durar/.env", "/home/u/.Durar/.env"],
    ]);
    expect(at({ OPENCLAW_STATE_DIR: "/o", OPENCLAW_CONFIG_PATH: "/c" })[0]).toBe("/home/u/.Durar");
    expect(at({ OPENCLAW_STATE_DIR: "/o", Durar_STATE_DIR: "/s" }, { layout: "openclaw" })[0]).toBe("/o");
  });

  test("is said by options before variables", () => {
    const environment = { Durar_STATE_DIR: "/s", Durar_CONFIG_PATH: "/c/x.json" };
    expect(at(environment, { stateDirectory: "/t", config: "/d/y.json" })).toEqual([
      ...["/t", "/d/y.json", "/d/.env", "/t/.env"],
    ]);
  });

  test("starts at the working directory or, with ~, at the home directory", () => {
    expect(at({}, { stateDirectory: "state", config: "../c.json" })).toEqual([
      ...["/work/state", "/c.json", "/.env", "/work/state/.env"],
    ]);
    expect(at({ Durar_STATE_DIR: "~/s" })[0]).toBe("/home/u/s");
    expect(at({}, { stateDirectory: "~" })[0]).toBe("/home/u");
    expect(at({}, { stateDirectory: "~other" })[0]).toBe("/work/~other");
  });

  test("is below the user's real home directory where HOME is not set or blank", () => {
    expect(locateLayout({ environment: {} }).home).toBe(homedir());
    expect(locateLayout({ environment: { HOME: " " } }).stateDirectory).toBe(join(homedir(), ".Durar"));
  });
});

describe("without a layout's name", () => {
  test("a config named openclaw.json selects openclaw, by option or variable", () => {
    const byOption = locateLayout({
      config: "/x/openclaw.json",
      environment: { HOME, OPENCLAW_STATE_DIR: "/o" },
    });
    expect(byOption).toMatchObject({
      name: "openclaw",
      configFile: "/x/openclaw.json",
      stateDirectory: "/o",
    });
    const byVariable = locateLayout({ environment: { HOME, Durar_CONFIG_PATH: "/x/openclaw.json" } });
    expect(byVariable).toMatchObject({ name: "openclaw", configFile: "/x/openclaw.json" });
    expect(byVariable.stateDirectory).toBe("/home/u/.openclaw");
    expect(locateLayout({ config: "/x/my-openclaw.json", environment: { HOME } }).name).toBe("durar");
    expect(locateLayout({ layout: "durar", config: "/x/openclaw.json", environment: { HOME } }).name).toBe(
      "durar",
    );
  });

  test("a state directory that holds openclaw.json and no Durar.json selects openclaw", async () => {
    const stateDirectory = await temporaryDirectory();
    const name = () => locateLayout({ stateDirectory, environment: { HOME } }).name;
    expect(name()).toBe("durar");
    await writeFile(join(stateDirectory, "openclaw.json"), "{}");
    expect(name()).toBe("openclaw");
    expect(locateLayout({ stateDirectory, environment: { HOME } }).configFile).toBe(
      join(stateDirectory, "openclaw.json"),
    );
    expect(locateLayout({ stateDirectory, config: "/x/my.json", environment: { HOME } }).name).toBe("durar");
    await writeFile(join(stateDirectory, "Durar.json"), "{}");
    expect(name()).toBe("durar");
  });

  test("the home directory's own .openclaw is never taken by itself", async () => {
    const home = await temporaryDirectory();
    await mkdir(join(home, ".openclaw"));
    await writeFile(join(home, ".openclaw", "openclaw.json"), "{}");
    await symlink(join(home, ".openclaw"), join(home, ".Durar"));
    expect(locateLayout({ environment: { HOME: home } }).name).toBe("durar");
  });
});

test("a layout of another name is refused, and the refusal names those there are", () => {
  try {
    locateLayout({ layout: "clawdbot\u001b[31m", environment: { HOME } });
    expect.unreachable();
  } catch (error) {
    expect(isDurarError(error) && error.toJSON()).toEqual({
      name: "DurarError",
      code: "CONFIG_LAYOUT_UNKNOWN",
      kind: "invalid-config",
      message: "there is no layout of this name",
      hint: CONFIG_ERRORS.CONFIG_LAYOUT_UNKNOWN.hint,
    });
    expect(CONFIG_ERRORS.CONFIG_LAYOUT_UNKNOWN.hint).toBe(`use one of ${LAYOUT_NAMES.join(", ")}`);
  }
});

test("a located layout cannot be changed", () => {
  const layout = locateLayout({ environment: { HOME } });
  expect([layout, layout.environmentFiles, layout.gatewayTokenVariables].every(Object.isFrozen)).toBe(true);
});
