import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { utimes } from "node:fs/promises";
import { join } from "node:path";
import {
  assertAbsent,
  canary,
  FAULT_VARIABLE,
  faultsPreload,
  run,
  temporaryDirectory,
  writePrivate,
  writeScript,
} from "@durar/testing";
import { describe, expect, test } from "vitest";
import type { CommandResult } from "../console.ts";
import { bin, durarProcess, type FailureDocument } from "../fixtures/durar.ts";
import { gatewayProcess } from "../fixtures/gateway.ts";
import { runDurar } from "../run-durar.ts";

const secret = canary();
const other = canary();
const environment = { GATEWAY_KEY: canary(), BLANK: " ", OPENAI_API_KEY: canary() };
const canaries = [secret, other, ...Object.values(environment).filter((value) => value !== " ")];

const byVariable = ["--gateway-auth", "token", "--auth-ref", "env::GATEWAY_KEY"];
const noModel = ["--skip-model-provider"];

/** Runs the command by its flags, and sees to it that it shows no value. */
async function onboard(
  directory: string,
  args: readonly string[],
  more: { readonly input?: string; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<CommandResult> {
  const result = await runDurar(["onboard", ...args, "--state-dir", join(directory, "state")], {
    environment: { HOME: directory, ...environment, ...more.environment },
    cwd: directory,
    stdoutIsTerminal: false,
    readStandardInput: () => Promise.resolve(Buffer.from(more.input ?? "")),
  });
  assertAbsent(canaries, result.stdout + result.stderr);
  return result;
}

/** The reasons of a failure, by code and message. */
async function failure(
  directory: string,
  args: readonly string[],
  more: Parameters<typeof onboard>[2] = {},
): Promise<{ readonly exitCode: number; readonly reasons: readonly string[] }> {
  const { exitCode, stdout } = await onboard(directory, [...args, "--json"], more);
  const { error } = JSON.parse(stdout) as FailureDocument & {
    readonly error: { readonly failures?: FailureDocument["error"][] };
  };
  const reasons = error.failures ?? [error];
  return { exitCode, reasons: reasons.map(({ code, message, hint }) => `${code} ${message} -> ${hint}`) };
}

const configOf = (directory: string): string => readFileSync(join(directory, "state/Durar.json"), "utf8");

/** A configuration that somebody has written, with this authentication and these providers. */
async function written(auth: string, providers = ""): Promise<string> {
  const directory = await temporaryDirectory();
  await writePrivate(join(directory, "state/Durar.json"), configWith(auth, providers));
  return directory;
}

const configWith = (auth: string, providers = ""): string => `// ours
{
  'secrets': { providers: { ${providers} }, },
  gateway: {
    auth: { ${auth} }, // who may come in
  },
  channels: {  },
}
`;

describe("on an empty state directory", () => {
  test("makes it for this user alone, with a configuration of what was asked for", async () => {
    const directory = await temporaryDirectory();
    const result = await onboard(
      directory,
      [...byVariable, "--model-provider", "openai", "--key-file", "-"],
      {
        input: `${secret}\n`,
      },
    );
    expect(result).toMatchObject({ exitCode: 0, stderr: "" });
    expect(result.stdout.replaceAll(directory, "<dir>")).toBe(`changed 1 file in 3 places: 1 ref checked

state/Durar.json
+     1  gateway.auth.mode: "token"
+     1  gateway.auth.token: env:default:GATEWAY_KEY
+     1  models.providers.openai.apiKey: ********
no gateway is running; the next one starts with this
next: durar gateway run --state-dir <dir>/state
next: durar secrets status --state-dir <dir>/state
`);
    expect(configOf(directory)).toBe(`{
  gateway: {
    auth: {
      mode: "token",
      token: { source: "env", provider: "default", id: "GATEWAY_KEY" }
    }
  },
  models: {
    providers: {
      openai: { apiKey: "${secret}" }
    }
  }
}
`);
    expect(statSync(join(directory, "state")).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, "state/Durar.json")).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(directory, "state"))).toEqual(["Durar.json"]);
  });

  test("a gateway starts with it, and takes the token that was made", async () => {
    const directory = await temporaryDirectory();
    const stateDirectory = join(directory, "state");
    await onboard(directory, ["--generate-token", ...noModel]);
    const [, token = ""] = /token: "([\w-]{43})"/.exec(configOf(directory)) ?? [];
    const gateway = await gatewayProcess(stateDirectory, {}, ["--port", "0"]);
    const status = await durarProcess(["gateway", "status", "--json", "--state-dir", stateDirectory]);
    const { tcp } = JSON.parse(status.stdout) as {
      readonly tcp: { readonly host: string; readonly port: number };
    };
    await writePrivate(join(directory, "token"), token);
    const asked = (file: string) =>
      durarProcess(
        ["secrets", "status", "--gateway", `http://${tcp.host}:${tcp.port}`, "--token-file", file, "--quiet"],
        { cwd: directory },
      );
    expect(await asked("token")).toMatchObject({ exitCode: 0 });
    await writePrivate(join(directory, "wrong"), other);
    expect(await asked("wrong")).not.toMatchObject({ exitCode: 0 });
    expect(token).not.toBe("");
    assertAbsent(token, gateway.log());
  });

  test("two made tokens differ", async () => {
    const [one, another] = [await temporaryDirectory(), await temporaryDirectory()];
    await onboard(one, ["--generate-token", ...noModel]);
    await onboard(another, ["--generate-token", ...noModel]);
    expect(configOf(one)).not.toBe(configOf(another));
  });

  test("leaves nothing where a ref does not resolve", async () => {
    const directory = await temporaryDirectory();
    const args = ["--gateway-auth", "password", "--auth-ref", "env::BLANK", ...noModel];
    expect(await failure(directory, args)).toMatchObject({ exitCode: 2 });
    expect(readdirSync(directory)).toEqual([]);
  });

  test("makes the directories of a configuration that lies elsewhere too", async () => {
    const directory = await temporaryDirectory();
    const config = join(directory, "etc/durar/main.json5");
    expect(await onboard(directory, [...byVariable, ...noModel, "--config", config])).toMatchObject({
      exitCode: 0,
    });
    expect(readFileSync(config, "utf8")).toContain("GATEWAY_KEY");
    expect(statSync(join(directory, "etc")).mode & 0o777).toBe(0o700);
  });
});

describe("on a configuration that is there", () => {
  test("every byte stays that is not an answer, comments too, and doing it twice changes nothing", async () => {
    const directory = await written(`mode: 'none'`, `vault: { source: "file", path: "~/vault.json" }`);
    await writePrivate(join(directory, "vault.json"), JSON.stringify({ openai: { key: secret } }));
    const args = [...byVariable, "--model-provider", "openai", "--key-ref", "file:vault:/openai/key"];
    expect(await onboard(directory, args)).toMatchObject({ exitCode: 0 });
    const after = configOf(directory);
    expect(after).toBe(
      configWith(
        `mode: 'token', token: { source: 'env', provider: 'default', id: 'GATEWAY_KEY' }`,
        `vault: { source: "file", path: "~/vault.json" }`,
      ).replace(
        "channels: {  },\n",
        `channels: {  },
  models: {
    providers: {
      openai: {
        apiKey: { source: 'file', provider: 'vault', id: '/openai/key' },
      },
    },
  },
`,
      ),
    );
    expect((await onboard(directory, args)).stdout).toContain("nothing to change: 2 refs checked");
    expect(configOf(directory)).toBe(after);
  });

  test("plaintext is replaced with --yes alone, for no copy of it is kept", async () => {
    const directory = await written(`token: "${secret}"`);
    const before = configOf(directory);
    const args = ["--gateway-auth", "token", "--auth-file", "-", ...noModel];
    expect(await failure(directory, args, { input: other })).toEqual({
      exitCode: 64,
      reasons: [
        "USAGE gateway.auth.token holds another value, of which no copy is kept -> give --yes to replace it",
      ],
    });
    expect(configOf(directory)).toBe(before);
    // The same value replaces nothing.
    expect(await onboard(directory, args, { input: secret })).toMatchObject({ exitCode: 0 });
    expect(await onboard(directory, [...args, "--yes"], { input: other })).toMatchObject({ exitCode: 0 });
    expect(configOf(directory)).toContain(`token: "${other}"`);
    expect(readdirSync(join(directory, "state"))).toEqual(["Durar.json"]);
  });

  test("plaintext is kept where --gateway-auth keep says so", async () => {
    const directory = await written(`token: "${secret}"`);
    const before = configOf(directory);
    expect(await onboard(directory, ["--gateway-auth", "keep", ...noModel])).toMatchObject({ exitCode: 0 });
    expect(configOf(directory)).toBe(before);
  });

  test("a credential that reads like a template is written so that it is none", async () => {
    const directory = await written("");
    const value = `${secret}\${GATEWAY_KEY}`;
    const args = ["--gateway-auth", "password", "--auth-file", "-", ...noModel];
    expect(await onboard(directory, args, { input: value })).toMatchObject({ exitCode: 0 });
    expect(configOf(directory)).toContain(`password: '${secret}$\${GATEWAY_KEY}'`);
  });

  test("one that does not parse is refused as it is", async () => {
    const directory = await temporaryDirectory();
    await writePrivate(join(directory, "state/Durar.json"), `{ gateway: "${secret}`);
    const { exitCode, reasons } = await failure(directory, [...byVariable, ...noModel]);
    expect(exitCode).toBe(1);
    expect(reasons).toEqual([expect.stringContaining("APPLY_STORE_UNREADABLE")]);
    expect(configOf(directory)).toBe(`{ gateway: "${secret}`);
  });
});

describe("a ref that the gateway has is resolved before anything else is done, and kept:", () => {
  const vault = (command: string): string => `#!/bin/sh
touch "${command}.asked"
echo '{"protocolVersion": 1, "values": {"gateway": "${secret}"}}'
`;
  const cases = [
    ["env", `token: "\${GATEWAY_KEY}"`, ""],
    [
      "file",
      `token: { source: "file", provider: "f", id: "/gateway" }`,
      `f: { source: "file", path: "~/f.json" }`,
    ],
    [
      "exec",
      `token: { source: "exec", provider: "x", id: "gateway" }`,
      `x: { source: "exec", command: "<dir>/x" }`,
    ],
  ] as const;

  test.each(cases)("one of %s", async (_source, auth, providers) => {
    const directory = await temporaryDirectory();
    await writePrivate(join(directory, "f.json"), JSON.stringify({ gateway: secret }));
    await writeScript(join(directory, "x"), vault(join(directory, "x")));
    const config = configWith(auth, providers.replace("<dir>", directory));
    await writePrivate(join(directory, "state/Durar.json"), config);
    const result = await onboard(directory, [...noModel, "--allow-exec"]);
    expect(result).toMatchObject({ exitCode: 0, stderr: "" });
    expect(result.stdout).toContain("nothing to change: 1 ref checked");
    expect(configOf(directory)).toBe(config);
  });

  test("where it does not resolve, nothing is done, although the variable of the gateway wins over it", async () => {
    const directory = await written(`token: "\${NOT_SET}"`);
    const more = { environment: { Durar_GATEWAY_TOKEN: "wins" } };
    expect(await failure(directory, noModel, more)).toEqual({
      exitCode: 2,
      reasons: [expect.stringMatching(/^SECRET_NOT_FOUND env:default:NOT_SET: /)],
    });
    // Another answer takes its place.
    expect(await onboard(directory, [...byVariable, ...noModel], more)).toMatchObject({ exitCode: 0 });
    expect(configOf(directory)).toContain("GATEWAY_KEY");
  });

  test("one of exec needs consent, without which nothing is run", async () => {
    const directory = await temporaryDirectory();
    const command = await writeScript(join(directory, "x"), vault(join(directory, "x")));
    await writePrivate(
      join(directory, "state/Durar.json"),
      configWith(
        `token: { source: "exec", provider: "x", id: "gateway" }`,
        `x: { source: "exec", command: "${command}" }`,
      ),
    );
    expect(await failure(directory, noModel)).toMatchObject({
      exitCode: 77,
      reasons: [expect.stringMatching(/^SECRET_EXEC_NOT_ALLOWED .*--allow-exec$/)],
    });
    expect(existsSync(`${command}.asked`)).toBe(false);
  });
});

describe("answers that cannot be taken are named all together:", () => {
  test("those that are missing, by their flags", async () => {
    const directory = await temporaryDirectory();
    expect(await failure(directory, [])).toEqual({
      exitCode: 64,
      reasons: [
        "USAGE there is no terminal to ask what clients authenticate with -> give --gateway-auth",
        "USAGE there is no terminal to ask where the token is kept -> give --auth-ref, --auth-file or --generate-token",
        "USAGE there is no terminal to ask whose key is set -> give --model-provider or --skip-model-provider",
      ],
    });
    const half = ["--gateway-auth", "password", "--model-provider", "openai"];
    expect(await failure(directory, half)).toEqual({
      exitCode: 64,
      reasons: [
        "USAGE there is no terminal to ask where the password is kept -> give --auth-ref, --auth-file",
        "USAGE there is no terminal to ask where the key is kept -> give --key-ref or --key-file",
      ],
    });
  });

  test.each<readonly [string, readonly string[], readonly string[]]>([
    [
      "two places for one credential",
      ["--generate-token", "--auth-ref", "env::GATEWAY_KEY", "--key-ref", "env::A", "--key-file", "key"],
      ["--auth-ref and --generate-token exclude each other", "--key-ref and --key-file exclude each other"],
    ],
    [
      "a token that is made for a password, and standard input for both",
      ["--gateway-auth", "password", "--generate-token", "--key-file", "-", "--auth-file", "-"],
      [
        "--auth-file and --generate-token exclude each other",
        "--generate-token makes a token",
        "standard input can be read only once",
      ],
    ],
    [
      "a key for no model, and a token for what is kept",
      ["--gateway-auth", "keep", "--generate-token", ...noModel, "--key-ref", "env::A"],
      [
        "--gateway-auth keep leaves nothing for --generate-token",
        "--skip-model-provider leaves nothing for --key-ref",
      ],
    ],
    [
      "refs and names that are none",
      [
        "--gateway-auth",
        "token",
        "--auth-ref",
        "env::lower",
        "--model-provider",
        "__proto__",
        "--key-ref",
        "OPENAI",
      ],
      [
        "--auth-ref cannot be read",
        "--key-ref cannot be read",
        "--model-provider is no name of a model provider",
      ],
    ],
  ])("%s", async (_title, args, messages) => {
    const directory = await temporaryDirectory();
    const { exitCode, reasons } = await failure(directory, args);
    expect(exitCode).toBe(64);
    expect(reasons).toEqual(messages.map((message) => expect.stringContaining(message) as string));
    expect(readdirSync(directory)).toEqual([]);
  });

  test.each([
    ["", "it is empty"],
    ["\n", "it is empty"],
    [`${secret}\n${secret}\n`, "it must be one line"],
    ["\u001b[31m", "it must be one line without control characters"],
  ])("content of a file that is no credential, %#", async (input, rule) => {
    const directory = await temporaryDirectory();
    const args = ["--gateway-auth", "token", "--auth-file", "-", ...noModel];
    const { exitCode, reasons } = await failure(directory, args, { input });
    expect(exitCode).toBe(64);
    expect(reasons).toEqual([expect.stringContaining(rule)]);
  });

  test("refs that do not resolve, each for its own reason", async () => {
    const directory = await written("", `f: { source: "file", path: "~/f.json" }`);
    await writePrivate(join(directory, "f.json"), JSON.stringify({ number: 5 }));
    const model = (ref: string): string[] => ["--model-provider", "openai", "--key-ref", ref];
    const auth = (ref: string): string[] => ["--gateway-auth", "token", "--auth-ref", ref];
    const before = configOf(directory);
    const codes = async (args: readonly string[]): Promise<readonly string[]> => {
      const { exitCode, reasons } = await failure(directory, args);
      expect(exitCode).toBe(2);
      return reasons.map((reason) => reason.split(" ")[0] ?? "").sort();
    };
    expect(await codes([...auth("env::NOT_SET"), ...model("env::BLANK")])).toEqual([
      "SECRET_EMPTY",
      "SECRET_NOT_FOUND",
    ]);
    expect(await codes([...auth("file:nowhere:/x"), ...model("file:f:/number")])).toEqual([
      "SECRET_PROVIDER_NOT_CONFIGURED",
      "SECRET_VALUE_TYPE",
    ]);
    expect(await codes([...auth("env:f:GATEWAY_KEY"), ...model("file:f:/absent")])).toEqual([
      "SECRET_NOT_FOUND",
      "SECRET_PROVIDER_SOURCE_MISMATCH",
    ]);
    expect(configOf(directory)).toBe(before);
  });
});

test("a provider that a ref needs can be added with it", async () => {
  const directory = await temporaryDirectory();
  await writePrivate(join(directory, "key"), `${secret}\n`);
  const result = await onboard(directory, [
    ...["--provider", `key={source: "file", path: "${directory}/key", mode: "singleValue"}`],
    ...byVariable,
    ...["--model-provider", "anthropic", "--key-ref", "file:key:value"],
  ]);
  expect(result).toMatchObject({ exitCode: 0 });
  // How its lines are broken depends on how long the path is.
  expect(configOf(directory).replaceAll(/\s+/g, " ")).toContain(
    `key: { source: "file", path: "${directory}/key", mode: "singleValue" }`,
  );
});

test("a gateway that runs has the new secrets in force at once, and is left alone with --no-reload", async () => {
  const directory = await written(`token: "\${GATEWAY_KEY}"`);
  await gatewayProcess(join(directory, "state"), environment);
  const reloaded = await onboard(directory, [
    "--model-provider",
    "openai",
    "--key-ref",
    "env::OPENAI_API_KEY",
  ]);
  expect(reloaded.exitCode).toBe(0);
  expect(reloaded.stdout).toMatch(
    /the running gateway has reloaded: generation \d+\nnext: durar secrets status --state-dir \S+\n$/,
  );
  const left = await onboard(directory, [...noModel, "--no-reload"]);
  expect(left.stdout).not.toContain("reloaded");
});

test("a gateway that does not see the variable keeps what it had, and the command says so", async () => {
  const directory = await written(`token: "\${GATEWAY_KEY}"`);
  await gatewayProcess(join(directory, "state"), { GATEWAY_KEY: environment.GATEWAY_KEY });
  const result = await onboard(directory, [
    "--model-provider",
    "openai",
    "--key-ref",
    "env::OPENAI_API_KEY",
    "--json",
  ]);
  expect(result.exitCode).toBe(1);
  expect(JSON.parse(result.stdout)).toMatchObject({ ok: true, changed: true, reload: { status: "failed" } });
});

test(
  "killed at any moment, it leaves all of it or nothing, and the next run sees it through",
  { timeout: 300_000 },
  async () => {
    const args = [
      "onboard",
      "--gateway-auth",
      "password",
      "--auth-file",
      "secret",
      ...noModel,
      "--no-reload",
    ];
    const attempt = async (kill: number): Promise<boolean> => {
      const directory = await temporaryDirectory();
      await writePrivate(join(directory, "secret"), secret);
      const state = join(directory, "state");
      const command = (more: readonly string[], env: Readonly<Record<string, string>>) =>
        run(process.execPath, [...more, bin, ...args, "--state-dir", state], {
          cwd: directory,
          env: { PATH: process.env["PATH"] ?? "", HOME: directory, ...env },
        });
      const { signal } = await command(["--require", faultsPreload], {
        [FAULT_VARIABLE]: JSON.stringify({ kill }),
      });
      if (signal !== "SIGKILL") return false;
      const isThere = existsSync(join(state, "Durar.json"));
      if (isThere) expect(configOf(directory), `step ${kill}`).toContain(`password: "${secret}" }`);
      // As if the time had passed for which a killed process holds its locks.
      const names = existsSync(state) ? readdirSync(state) : [];
      for (const name of names.filter((one) => one.endsWith(".lock"))) await utimes(join(state, name), 0, 0);
      expect(await command([], {}), `step ${kill}`).toMatchObject({ exitCode: 0 });
      expect(configOf(directory)).toContain(`password: "${secret}" }`);
      expect(readdirSync(state).filter((name) => !name.endsWith(".lock"))).toEqual(["Durar.json"]);
      return true;
    };
    let step = 0;
    const work = async (): Promise<void> => {
      while (await attempt(++step));
    };
    await Promise.all([work(), work()]);
    expect(step).toBeGreaterThan(8);
  },
);
