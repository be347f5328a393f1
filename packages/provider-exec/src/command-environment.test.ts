import { describe, expect, test } from "vitest";
import { commandEnvironment, describeMissingVariables } from "./command-environment.ts";
import { errorOf, resolve, shell } from "./fixtures/commands.ts";

const command = "/usr/bin/vault";

describe("the command's environment", () => {
  test("has the passEnv names that are set, an empty value too, and env, which wins", () => {
    const environment = Object.freeze({ A: "a", EMPTY: "", BOTH: "passed", OTHER: "no", NOT: undefined });
    const passEnv = ["A", "EMPTY", "BOTH", "NOT", "ABSENT"];
    expect(commandEnvironment({ command, passEnv, env: { BOTH: "own" } }, environment)).toEqual({
      A: "a",
      EMPTY: "",
      BOTH: "own",
    });
  });

  test("has nothing that Object.prototype would lend", () => {
    expect(commandEnvironment({ command, passEnv: ["constructor", "toString"], env: {} }, {})).toEqual({});
    const own = commandEnvironment(
      { command, passEnv: ["__proto__"], env: {} },
      JSON.parse('{"__proto__":"x"}') as Record<string, string>,
    );
    expect(Object.entries(own)).toEqual([["__proto__", "x"]]);
  });
});

describe("the hint of a failed command", () => {
  test("names what is set here and not passed", async () => {
    const environment = { HOME: "/h", PATH: "/p", COMMAND_TOKEN: "t", COMMANDER: "c", UNRELATED: "u" };
    const error = errorOf(
      await resolve({ command: await shell("exit 1"), passEnv: ["PATH"] }, { ids: ["value"], environment }),
    );
    expect(error.hint).toBe(
      "run the command by hand, with what passEnv and env give it: the secret may be missing, or its store locked; " +
        "HOME, COMMAND_TOKEN are set here but not passed: add to passEnv what it needs",
    );
  });

  test("names what passEnv lists and is not set here", () => {
    const config = { command, passEnv: ["HOME", "VAULT_TOKEN"], env: { VAULT_ADDR: "a" } };
    const environment = { HOME: "/h", VAULT_ADDR: "b" };
    expect(describeMissingVariables(config, environment)).toBe("VAULT_TOKEN of its passEnv is not set here");
  });

  test("says both, on one line, and does not list everything", () => {
    const names = Array.from({ length: 12 }, (_, index) => `VAULT_${index}`);
    const environment = Object.fromEntries(names.map((name) => [name, "x"]));
    expect(describeMissingVariables({ command, passEnv: ["A", "B"], env: {} }, environment)).toBe(
      "A, B of its passEnv are not set here; " +
        "VAULT_0, VAULT_1, VAULT_2, VAULT_3, VAULT_4, VAULT_5, VAULT_6, VAULT_7 and 4 more are set here but not passed: add to passEnv what it needs",
    );
  });

  test("is the general one where nothing is missing", async () => {
    const error = errorOf(
      await resolve({ command: await shell("exit 1") }, { ids: ["value"], environment: {} }),
    );
    expect(error.hint).toContain("by hand");
  });

  test.each([126, 127])("tells status %i, of a program that could not be started", async (status) => {
    const command = await shell(`exit ${status}`);
    const error = errorOf(await resolve({ command }, { ids: ["value"], environment: { PATH: "/bin" } }));
    expect(error.hint).toMatch(
      /^a program that it calls could not be started; PATH is set here but not passed/,
    );
  });
});
