import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  assertAbsent,
  canary,
  command,
  run,
  temporaryDirectory,
  testWith,
  writePrivate,
} from "@durar/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import type { CommandResult } from "../console.ts";
import { bin, durarProcess, type FailureDocument } from "../fixtures/durar.ts";
import { gatewayProcess, type GatewayProcess } from "../fixtures/gateway.ts";
import { hasEnded, until } from "../fixtures/processes.ts";
import { runDurar } from "../run-durar.ts";

const openai = canary();
const token = canary();
const groq = canary();
const canaries = [openai, token, groq];

const comment = "// one key in a file, one in the environment, one still in the open";

/** A state directory with a ref to a file, one to a variable, and a plaintext credential. */
async function state(gateway = ""): Promise<string> {
  const directory = await temporaryDirectory();
  await writePrivate(join(directory, "secrets.json"), JSON.stringify({ openai }));
  const config = `${comment}
{
  secrets: { providers: { vault: { source: "file", path: "${join(directory, "secrets.json")}" } } },
  gateway: { auth: { token: "\${GATEWAY_KEY}" }${gateway} },
  models: { providers: {
    openai: { apiKey: { source: "file", provider: "vault", id: "/openai" } },
    groq: { apiKey: '${groq}' },
  } },
}
`;
  await writePrivate(join(directory, "Durar.json"), config);
  return directory;
}

const env = { GATEWAY_KEY: token };

/** Runs a command about the gateway of a state directory, and sees to it that it shows no secret. */
async function durar(
  directory: string,
  args: readonly string[],
  input = "",
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const result = await runDurar([...args, "--state-dir", directory], {
    environment: { HOME: directory, ...environment },
    cwd: directory,
    stdoutIsTerminal: false,
    readStandardInput: () => Promise.resolve(Buffer.from(input)),
    print: (line) => assertAbsent(canaries, line),
  });
  assertAbsent(canaries, result.stdout + result.stderr);
  return result;
}

async function json<Document>(directory: string, args: readonly string[], input = ""): Promise<Document> {
  return JSON.parse((await durar(directory, [...args, "--json"], input)).stdout) as Document;
}

async function ended(gateway: GatewayProcess, signal: NodeJS.Signals) {
  gateway.kill(signal);
  const finished = await gateway.ended;
  assertAbsent(canaries, finished.stdout + finished.stderr);
  return finished;
}

describe("a start", () => {
  const broken = (enabled: string): string => `{
    secrets: { providers: {
      vault: { source: "file", path: "/nonexistent/secrets.json" },
      tool: { source: "exec", command: "/nonexistent/tool" },
    } },
    channels: {
      telegram: { ${enabled}, botToken: "\${NOT_SET}" },
      slack: { ${enabled}, botToken: { source: "file", provider: "vault", id: "/slack" } },
      discord: { ${enabled}, token: { source: "exec", provider: "tool", id: "discord" } },
    },
  }`;

  test("with three broken refs on three providers ends with 2 and names all three with their paths", async () => {
    const directory = await temporaryDirectory();
    await writePrivate(join(directory, "Durar.json"), broken("enabled: true"));
    const { exitCode, stderr } = await durar(directory, ["gateway", "run"]);
    expect(exitCode).toBe(2);
    for (const [path, code] of [
      ["channels.telegram.botToken", "SECRET_NOT_FOUND"],
      ["channels.slack.botToken", "SECRET_PATH_UNREADABLE"],
      ["channels.discord.token", "SECRET_PATH_UNREADABLE"],
    ] as const)
      expect(stderr).toMatch(new RegExp(`\\[${code}\\]\\n +needed by ${path}\\n`));
    expect(() => statSync(join(directory, "gateway.sock"))).toThrow("ENOENT");
  });

  test("with the same refs on disabled channels succeeds and reports them as ignored", async () => {
    const directory = await temporaryDirectory();
    await writePrivate(join(directory, "Durar.json"), broken("enabled: false"));
    await gatewayProcess(directory);
    const { exitCode, stdout } = await durar(directory, ["secrets", "status"]);
    expect(exitCode).toBe(0);
    for (const path of ["channels.telegram.botToken", "channels.slack.botToken", "channels.discord.token"])
      expect(stdout).toContain(
        `the ref at ${path} is ignored: channels.${path.split(".")[1]}.enabled is false [SECRETS_REF_IGNORED_INACTIVE_SURFACE]`,
      );
  });

  test("with a configuration that breaks a rule says where, with file, line and column, and ends with 2", async () => {
    const directory = await temporaryDirectory();
    await writePrivate(join(directory, "Durar.json"), '{\n  gateway: { port: "many" },\n}');
    const { exitCode, stderr } = await durar(directory, ["gateway", "run"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${join(directory, "Durar.json")}:2:20: gateway.port must be a number`);
  });

  test("right after the gateway was killed succeeds", async () => {
    const directory = await state();
    const first = await gatewayProcess(directory, env);
    await ended(first, "SIGKILL");
    const second = await gatewayProcess(directory, env);
    expect(second.pid).not.toBe(first.pid);
    expect(await json(directory, ["gateway", "status"])).toMatchObject({ running: true, pid: second.pid });
  });

  test("beside a gateway that runs is refused with its pid", async () => {
    const directory = await state();
    const { pid } = await gatewayProcess(directory, env);
    const second = await durar(directory, ["gateway", "run"], "", env);
    expect(second.exitCode).toBe(1);
    expect(second.stderr).toMatch(new RegExp(`pid ${pid} \\[GATEWAY_ALREADY_RUNNING\\]`));
  });

  test.each(["many", "65536", "-1", "1e3"])("on port %s is a mistake", async (port) => {
    const { exitCode, stderr } = await durar("/nonexistent", ["gateway", "run", `--port=${port}`]);
    expect(exitCode).toBe(64);
    expect(stderr).toContain("--port must be a number from 0 to 65535 [USAGE]");
  });
});

describe("a signal", () => {
  test.each(["SIGTERM", "SIGINT"] as const)(
    "%s ends the gateway with 0, and nothing is left",
    async (signal) => {
      const directory = await state();
      const gateway = await gatewayProcess(directory, env);
      expect(await ended(gateway, signal)).toMatchObject({ exitCode: 0, stderr: "" });
      expect(() => statSync(join(directory, "gateway.sock"))).toThrow("ENOENT");
    },
  );

  test("SIGHUP has it read everything again", async () => {
    const directory = await state();
    const gateway = await gatewayProcess(directory, env);
    await writePrivate(join(directory, "secrets.json"), JSON.stringify({ openai: canary() }));
    gateway.kill("SIGHUP");
    await gateway.logged('"generation":2');
  });

  /** A gateway whose one provider is at work: it has written its pid, and does what the script says next. */
  async function starting(script: string) {
    const directory = await temporaryDirectory();
    const started = join(directory, "started");
    const tool = join(directory, "tool");
    await writeFile(tool, `#!/bin/sh\ncd ${directory}\necho $$ > started\n${script}\n`, { mode: 0o700 });
    await writePrivate(
      join(directory, "Durar.json"),
      `{ secrets: { providers: { tool: { source: "exec", command: "${tool}", timeoutMs: 60000 } } },
         models: { providers: { openai: { apiKey: { source: "exec", provider: "tool", id: "k" } } } } }`,
    );
    const child = spawn(process.execPath, [bin, "gateway", "run", "--state-dir", directory]);
    onTestFinished(() => void child.kill("SIGKILL"));
    const exit = new Promise((resolve) => child.on("close", resolve));
    await until(() => existsSync(started) && readFileSync(started, "utf8").endsWith("\n"));
    return { directory, child, exit, provider: readFileSync(started, "utf8").trim() };
  }

  test("SIGTERM during the start ends it, and its provider", async () => {
    const { child, exit, provider } = await starting("exec sleep 60");
    child.kill("SIGTERM");
    expect(await exit).toBe(0);
    await until(() => hasEnded(provider));
  });

  test("SIGHUP during the start is heeded once the gateway runs", async () => {
    const answer = `{"protocolVersion":1,"values":{"k":"${openai}"}}`;
    const { directory, child, exit } = await starting(
      `until [ -e go ]; do sleep 0.02; done\necho '${answer}'`,
    );
    child.kill("SIGHUP");
    await writeFile(join(directory, "go"), "");
    await until(
      async () =>
        child.exitCode !== null ||
        (await durar(directory, ["secrets", "status", "--quiet"])).stdout.includes("generation 2"),
    );
    child.kill("SIGTERM");
    expect(await exit).toBe(0);
  });
});

describe("where no gateway runs", () => {
  test("its status says so and ends with 69", async () => {
    const directory = await state();
    const socket = join(directory, "gateway.sock");
    expect(await durar(directory, ["gateway", "status"])).toMatchObject({
      exitCode: 69,
      stdout: `not running: ${socket}\n`,
    });
    expect(await json(directory, ["gateway", "status"])).toEqual({ running: false, socket });
  });

  test.each([
    [["secrets", "reload"]],
    [["secrets", "status"]],
    [["config", "get"]],
    [["config", "patch", "--from", "-"]],
  ])("%j ends with 69 and says how to go on", async (args) => {
    const directory = await state();
    const { exitCode, stderr } = await durar(directory, args, "{}");
    expect(exitCode).toBe(69);
    expect(stderr).toMatch(/cannot be reached .*\[GATEWAY_UNREACHABLE\]\n {2}-> start the gateway/);
    expect((await json<FailureDocument>(directory, args, "{}")).error.code).toBe("GATEWAY_UNREACHABLE");
  });
});

describe("secrets reload and status", () => {
  test("show the new generation and which paths changed, after a rotation", async () => {
    const directory = await state();
    await gatewayProcess(directory, env);
    await writePrivate(join(directory, "secrets.json"), JSON.stringify({ openai: canary() }));
    const { exitCode, stdout } = await durar(directory, ["secrets", "reload"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^reloaded: generation \d, \d path(s)? changed, 0 warnings\n/);
    const status = await durar(directory, ["secrets", "status"]);
    expect(status).toMatchObject({ exitCode: 0 });
    expect(status.stdout).toMatch(
      /^healthy: generation \d, activated .*\n {2}last {5}(reload|watch) succeeded .*\n(.*\n)*? {2}refs {5}1 ref of file:vault\n/,
    );
    expect(status.stdout).toContain("  auth     gateway.auth.token active: ");
  });

  test("fail with 2 and every reason when something does not resolve, and the last good secrets stay", async () => {
    const directory = await state();
    await gatewayProcess(directory, env);
    await writePrivate(join(directory, "secrets.json"), "{}");
    const reload = await durar(directory, ["secrets", "reload"]);
    expect(reload.exitCode).toBe(2);
    expect(reload.stderr).toMatch(/file:vault:\/openai.*\(models\.providers\.openai\.apiKey\)/);
    const { error } = await json<FailureDocument>(directory, ["secrets", "reload"]);
    expect(error).toMatchObject({
      code: "SNAPSHOT_ACTIVATION_FAILED",
      failures: [{ code: "SECRET_NOT_FOUND", paths: ["models.providers.openai.apiKey"] }],
    });
    const status = await durar(directory, ["secrets", "status"]);
    expect(status.exitCode).toBe(1);
    expect(status.stdout).toMatch(/^degraded: generation 1, /);
    expect(status.stdout).toMatch(/ {2}failed {3}.*\[SECRET_NOT_FOUND\]\n/);
  });

  test("do not take a timeout that is none", async () => {
    const directory = await state();
    expect(await durar(directory, ["secrets", "reload", "--timeout", "soon"])).toMatchObject({
      exitCode: 64,
    });
  });
});

test("the built command asks a gateway too, and reads what it submits from standard input", async () => {
  const directory = await state();
  await gatewayProcess(directory, env);
  const asked = (args: readonly string[], input: string) =>
    durarProcess([...args, "--state-dir", directory], { input });
  const { stdout } = await asked(["config", "patch", "--from", "-"], "{ cron: { enabled: false } }");
  expect(stdout).toMatch(/^written and in force: generation 2, 1 path changed, 0 warnings\n/);
  expect(await asked(["secrets", "status", "--quiet"], "")).toMatchObject({ exitCode: 0, stderr: "" });
});

describe("over TCP", () => {
  test("a token from a file or a variable is taken, another one is not", async () => {
    const directory = await state(", port: 0");
    const gateway = await gatewayProcess(directory, env);
    const { tcp } = JSON.parse(await gateway.logged('"msg":"listening"')) as { tcp: { port: number } };
    const url = `http://127.0.0.1:${tcp.port}`;
    await writePrivate(join(directory, "token"), `${token}\n`);
    const asked = async (
      more: readonly string[],
      options: { env?: Record<string, string>; input?: string },
    ) => {
      const finished = await durarProcess(
        ["secrets", "status", "--quiet", "--gateway", url, ...more],
        options,
      );
      assertAbsent(canaries, finished.stdout + finished.stderr);
      return finished;
    };
    expect(await asked(["--token-file", join(directory, "token")], {})).toMatchObject({ exitCode: 0 });
    expect(await asked(["--token-file", "-"], { input: token })).toMatchObject({ exitCode: 0 });
    expect(await asked([], { env: { Durar_GATEWAY_TOKEN: token } })).toMatchObject({ exitCode: 0 });
    const refused = await asked([], { env: { Durar_GATEWAY_TOKEN: groq } });
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("[GATEWAY_UNAUTHORIZED]");
  });

  test("a URL beyond this machine without encryption is refused", async () => {
    const url = "http://192.0.2.1:1";
    const { exitCode, stderr } = await durar("/nonexistent", ["secrets", "status", "--gateway", url]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("[GATEWAY_URL_INSECURE]");
  });

  test("what is no URL is a mistake", async () => {
    const result = await durar("/nonexistent", ["secrets", "status", "--gateway", "somewhere"]);
    expect(result).toMatchObject({ exitCode: 64 });
  });

  test("where nothing listens, the status names the URL and ends with 69", async () => {
    const directory = await state();
    const url = "http://127.0.0.1:1";
    expect(await durar(directory, ["gateway", "status", "--gateway", url])).toMatchObject({
      exitCode: 69,
      stdout: `not running: ${url}\n`,
    });
    expect(await json(directory, ["gateway", "status", "--gateway", url])).toEqual({ running: false, url });
  });

  test("a token without a URL is a mistake", async () => {
    const directory = await state();
    const { exitCode } = await durar(directory, ["secrets", "status", "--token-file", "-"], token);
    expect(exitCode).toBe(64);
  });
});

describe("config", () => {
  const configOf = (directory: string): string => readFileSync(join(directory, "Durar.json"), "utf8");

  test("get shows the file as it is, refs and comments too, and a sentinel for the secret", async () => {
    const directory = await state();
    await gatewayProcess(directory, env);
    const { exitCode, stdout } = await durar(directory, ["config", "get"]);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(configOf(directory).replace(groq, "__Durar_REDACTED__"));
  });

  test("get with a path shows what stands there as JSON", async () => {
    const directory = await state();
    await gatewayProcess(directory, env);
    const { stdout } = await durar(directory, ["config", "get", "models.providers.openai"]);
    expect(JSON.parse(stdout)).toEqual({ apiKey: { source: "file", provider: "vault", id: "/openai" } });
    expect(await durar(directory, ["config", "get", "models.nothing"])).toMatchObject({ exitCode: 1 });
    expect(await durar(directory, ["config", "get", "models..x"])).toMatchObject({ exitCode: 64 });
  });

  test("an edited copy of what get shows can be set, and keeps its secrets and its comments", async () => {
    const directory = await state();
    await gatewayProcess(directory, env);
    const { raw, hash } = await json<{ raw: string; hash: string }>(directory, ["config", "get"]);
    const edited = raw.replace("groq: {", "groq: { enabled: false,");
    const set = await durar(directory, ["config", "set", "--from", "-", "--base-hash", hash], edited);
    expect(set).toMatchObject({ exitCode: 0, stderr: "" });
    expect(set.stdout).toMatch(/^written and in force: generation 2, /);
    expect(configOf(directory)).toContain(comment);
    expect(configOf(directory)).toContain(`groq: { enabled: false, apiKey: '${groq}' }`);
    const again = await durar(directory, ["config", "apply", "--from", "-", "--base-hash", hash], edited);
    expect(again.exitCode).toBe(1);
    expect(again.stderr).toContain("[CONFIG_CONFLICT]");
  });

  test("set without the hash of what was edited is a mistake, for a change could be lost", async () => {
    const directory = await state();
    const { exitCode, stderr } = await durar(directory, ["config", "set", "--from", "-"], "{}");
    expect(exitCode).toBe(64);
    expect(stderr).toContain("durar config get --json");
  });

  test("patch changes what it names and nothing else", async () => {
    const directory = await state();
    await gatewayProcess(directory, env);
    const before = configOf(directory);
    await mkdir(join(directory, "patches"));
    const file = join(directory, "patches", "patch.json5");
    await writeFile(file, `{ models: { providers: { openai: { baseUrl: 'https://api.example/v1' } } } }`);
    const { exitCode } = await durar(directory, ["config", "patch", "--from", file]);
    expect(exitCode).toBe(0);
    expect(configOf(directory)).toBe(
      before.replace('id: "/openai" } }', `id: "/openai" }, baseUrl: "https://api.example/v1" }`),
    );
  });

  test("a change whose secrets do not resolve is refused with every reason, and the file is as it was", async () => {
    const directory = await state();
    await gatewayProcess(directory, env);
    const before = configOf(directory);
    const patch = `{ channels: { telegram: { botToken: "\${NOT_SET}" } }, models: { providers: { openai: { apiKey: { source: "file", provider: "vault", id: "/gone" } } } } }`;
    const { error } = await json<FailureDocument>(directory, ["config", "patch", "--from", "-"], patch);
    expect(error).toMatchObject({
      code: "SNAPSHOT_ACTIVATION_FAILED",
      failures: [{ code: "SECRET_NOT_FOUND" }, { code: "SECRET_NOT_FOUND" }],
    });
    expect(await durar(directory, ["config", "patch", "--from", "-"], patch)).toMatchObject({ exitCode: 2 });
    expect(configOf(directory)).toBe(before);
    expect(await durar(directory, ["secrets", "status", "--quiet"])).toMatchObject({ exitCode: 0 });
  });

  test("what cannot be read or parsed is said so, without a word of it", async () => {
    const directory = await state();
    expect(await durar(directory, ["config", "patch"])).toMatchObject({ exitCode: 64 });
    expect(await durar(directory, ["config", "patch", "--from", "nowhere"])).toMatchObject({ exitCode: 1 });
    expect(await durar(directory, ["config", "patch", "--from", "-"], `{ a: ${groq} }`)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("line 1, column") as string,
    });
  });
});

describe("standard input", () => {
  const patch = ["config", "patch", "--from", "-"];

  test("that cannot be read, is no UTF-8, or is more than a gateway takes, is refused and not submitted", async () => {
    const directory = await state();
    const given = (input: () => Promise<Buffer>): Promise<CommandResult> =>
      runDurar([...patch, "--state-dir", directory], {
        environment: { HOME: directory },
        cwd: directory,
        stdoutIsTerminal: false,
        readStandardInput: input,
      });
    const cases: [() => Promise<Buffer>, string][] = [
      [() => readFile(directory), "EISDIR"],
      [() => Promise.resolve(Buffer.from("{ name: 'caf\xe9' }", "latin1")), "it is not valid UTF-8"],
      [() => Promise.resolve(Buffer.alloc(1024 * 1024 + 1, " ")), "it is larger than 1 MiB"],
    ];
    for (const [input, problem] of cases) {
      const { exitCode, stderr } = await given(input);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`the file of --from cannot be read: ${problem} [FILE_UNREADABLE]`);
    }
  });

  test("that never ends does not keep an interruption from being heard", async () => {
    const directory = await state();
    const child = spawn(process.execPath, [bin, ...patch, "--state-dir", directory]);
    onTestFinished(() => void child.kill("SIGKILL"));
    const exit = new Promise((resolve) => child.on("close", resolve));
    // More than a pipe holds: when all of it is gone, it is being read.
    await new Promise((taken) => child.stdin.write(" ".repeat(1_000_000), taken));
    child.kill("SIGINT");
    expect(await exit).toBe(130);
  });

  testWith(command("python3"), "may be a pipe that does not wait", async () => {
    const directory = await state();
    await gatewayProcess(directory, env);
    const script = `import fcntl, os, subprocess, sys, time
read, write = os.pipe()
fcntl.fcntl(read, fcntl.F_SETFL, fcntl.fcntl(read, fcntl.F_GETFL) | os.O_NONBLOCK)
child = subprocess.Popen(sys.argv[1:], stdin=read)
time.sleep(1)
os.write(write, b"{ cron: { enabled: false } }")
os.close(write)
sys.exit(child.wait())`;
    const args = ["-c", script, process.execPath, bin, ...patch, "--state-dir", directory];
    const { stdout, stderr, exitCode } = await run("python3", args);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(stdout).toMatch(/^written and in force: generation 2, /);
  });
});
