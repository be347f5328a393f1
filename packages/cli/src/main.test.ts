import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { chmod, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import {
  assertAbsent,
  canary,
  command,
  root,
  run,
  temporaryDirectory,
  testWith,
  writePrivate,
  writeScript,
} from "@durar/testing";
import { describe, expect, test } from "vitest";
import { bin, durarProcess, ERASE } from "./fixtures/durar.ts";
import { hasEnded, until } from "./fixtures/processes.ts";
import { onTerminal } from "./fixtures/terminal.ts";

const audit = ["secrets", "audit"];
const PATH = process.env["PATH"] ?? "";
const durar = `${process.execPath} ${bin}`;

/** A state directory with as many plaintext credentials, each of which makes a long finding. */
async function withCredentials(count: number): Promise<string> {
  const state = await temporaryDirectory();
  const names = Array.from({ length: count }, (_, index) => `${"x".repeat(900)}-${index}`);
  const providers = Object.fromEntries(names.map((name) => [name, { apiKey: canary() }]));
  await writePrivate(join(state, "Durar.json"), JSON.stringify({ models: { providers } }));
  return state;
}

/** A state directory with one plaintext credential, and many old copies of a configuration without any. */
async function withCopies(count: number, size: number): Promise<string> {
  const state = await withCredentials(1);
  const copy = join(state, "Durar.json.bak");
  writeFileSync(copy, `{ "list": [${"1,".repeat(size)}1] }`);
  for (let index = 1; index < count; index++) linkSync(copy, `${copy}${index}`);
  return state;
}

/** A state directory whose one provider writes `started` and then takes a minute. */
async function withSlowProvider(): Promise<string> {
  const state = await temporaryDirectory();
  const slow = await writeScript(
    join(state, "slow"),
    `#!/bin/sh\necho $$ > ${join(state, "started")}\nsleep 60\n`,
  );
  const config = {
    secrets: {
      providers: { vault: { source: "exec", command: slow, timeoutMs: 60_000, passEnv: ["PATH"] } },
    },
    models: { providers: { openai: { apiKey: { source: "exec", provider: "vault", id: "a" } } } },
  };
  await writePrivate(join(state, "Durar.json"), JSON.stringify(config));
  return state;
}

/** Everything about a directory that an audit could change. */
function stateOf(directory: string): unknown {
  return [
    directory,
    ...readdirSync(directory, { recursive: true, encoding: "utf8" }).map((name) => join(directory, name)),
  ]
    .sort()
    .map((path) => {
      const { mode, uid, gid, ino, nlink, mtimeMs, ctimeMs, size } = lstatSync(path);
      const content = lstatSync(path).isFile() ? readFileSync(path, "utf8") : "";
      return { path, mode, uid, gid, ino, nlink, mtimeMs, ctimeMs, size, content };
    });
}

describe("the state directory", () => {
  test("is the same to the byte and the time stamp after an audit and a validation", async () => {
    const state = await withCopies(3, 1);
    const before = stateOf(state);
    const env = { Durar_STATE_DIR: state, HOME: state };
    for (const args of [audit, [...audit, "--check", "--json", "--allow-exec"], ["config", "validate"]])
      await durarProcess(args, { cwd: state, env });
    expect(stateOf(state)).toEqual(before);
  });

  testWith(root, "may be one that the user can only read", async () => {
    const state = await withCopies(1, 1);
    await writePrivate(join(state, "agents/main/agent/auth.json"), "{}");
    for (const name of readdirSync(state, { recursive: true, encoding: "utf8" })) {
      const path = join(state, name);
      await chmod(path, lstatSync(path).isFile() ? 0o444 : 0o555);
    }
    await chmod(state, 0o555);
    const finished = await durarProcess([...audit, "--quiet"], {
      cwd: state,
      env: { Durar_STATE_DIR: state },
      uid: 65_534,
      gid: 65_534,
    });
    expect(finished).toMatchObject({
      exitCode: 0,
      stdout: "findings: 1 plaintext, 3 files scanned, 0 refs checked\n",
      stderr: "",
    });
  });

  testWith(
    root,
    "that cannot be listed is said to be so, and a baseline that cannot be written too",
    async () => {
      const state = await withCredentials(1);
      await chmod(join(state, "Durar.json"), 0o444);
      await mkdir(join(state, "agents"), { mode: 0o700 });
      const nobody = { cwd: state, env: { Durar_STATE_DIR: state }, uid: 65_534, gid: 65_534 };
      const { exitCode, stdout } = await durarProcess([...audit, "--check", "--json"], nobody);
      expect(exitCode).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({
        resolution: { resolvabilityComplete: false },
        findings: expect.arrayContaining([
          expect.objectContaining({
            code: "STORE_UNREADABLE",
            file: join(state, "agents"),
            message: "the directory cannot be listed (EACCES)",
          }),
        ]) as unknown,
      });
      const written = await durarProcess([...audit, "--write-baseline", "known"], nobody);
      expect(written).toMatchObject({ exitCode: 1, stdout: "" });
      expect(written.stderr).toContain("known cannot be written: EACCES [FILE_UNWRITABLE]");
    },
  );

  const mount = { met: spawnSync("unshare", ["-m", "true"]).status === 0, reason: "needs to mount" };
  testWith(mount, "may lie on a file system that is mounted read-only", async () => {
    const state = await withCredentials(1);
    // A mount of its own namespace, gone with the process.
    const script = `mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && ! touch "$0/x" 2>/dev/null && exec ${durar} secrets audit --quiet --state-dir "$0"`;
    expect(await run("unshare", ["-m", "sh", "-c", script, state])).toMatchObject({
      stdout: "findings: 1 plaintext, 1 file scanned, 0 refs checked\n",
      exitCode: 0,
    });
  });
});

describe("the output", () => {
  test("of many megabytes reaches a slow reader whole, and is one JSON document", async () => {
    const state = await withCredentials(4500);
    const script = `${durar} secrets audit --json --state-dir "$0" | (sleep 1; cat)`;
    const { stdout, stderr } = await run("sh", ["-c", script, state]);
    expect(stderr).toBe("");
    expect(stdout.length).toBeGreaterThan(10_000_000);
    expect((JSON.parse(stdout) as { findings: unknown[] }).findings).toHaveLength(4500);
  });

  test("may be cut short by its reader: no error, and the status is that of the audit", async () => {
    const state = await withCredentials(300);
    const script = `set -o pipefail; ${durar} secrets audit --check --state-dir "$0" | head -n 1`;
    expect(await run("bash", ["--norc", "-c", script, state])).toMatchObject({
      exitCode: 1,
      stdout: "findings: 300 plaintext, 1 file scanned, 0 refs checked\n",
      stderr: "",
    });
  });

  testWith(
    { met: existsSync("/dev/full"), reason: "needs /dev/full" },
    "that finds no room is a failure, not a clean report",
    async () => {
      const state = await withCredentials(1);
      const full = openSync("/dev/full", "w");
      const child = spawn(process.execPath, [bin, ...audit, "--state-dir", state], {
        env: { PATH },
        stdio: ["ignore", full, "pipe"],
      });
      closeSync(full);
      let stderr = "";
      child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
      expect(await once(child, "close")).toEqual([1, null]);
      expect(stderr).toBe(
        "durar: standard output cannot be written: ENOSPC [FILE_UNWRITABLE]\n  -> make room for it\n",
      );
    },
  );

  testWith(command("python3"), "into a pipe that does not wait arrives whole", async () => {
    const state = await withCredentials(300);
    // The pipe of a parent that is a Node process may be in that mode; here it is for certain.
    const script = `import fcntl, os, subprocess, sys, time
read, write = os.pipe()
fcntl.fcntl(write, fcntl.F_SETFL, fcntl.fcntl(write, fcntl.F_GETFL) | os.O_NONBLOCK)
child = subprocess.Popen(sys.argv[1:], stdout=write)
os.close(write)
time.sleep(0.5)
sys.stdout.buffer.write(os.fdopen(read, "rb").read())
sys.exit(child.wait())`;
    const args = ["-c", script, process.execPath, bin, ...audit, "--json", "--state-dir", state];
    const { stdout, stderr, exitCode } = await run("python3", args);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect((JSON.parse(stdout) as { findings: unknown[] }).findings).toHaveLength(300);
  });
});

describe("an interruption", () => {
  test.each(["SIGINT", "SIGTERM"] as const)(
    "by %s ends with 130, and the provider with it",
    async (signal) => {
      const state = await withSlowProvider();
      const started = join(state, "started");
      const child = spawn(process.execPath, [bin, ...audit, "--allow-exec", "--json", "--state-dir", state], {
        env: { PATH },
        stdio: "pipe",
      });
      let stdout = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
      const ended = once(child, "close");
      await until(() => existsSync(started) && readFileSync(started, "utf8").endsWith("\n"));
      child.kill(signal);
      expect(await ended).toEqual([130, null]);
      expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "INTERRUPTED" } });
      await until(() => hasEnded(readFileSync(started, "utf8").trim()));
    },
  );

  test("while a reader is waited for ends at once", async () => {
    const state = await withCredentials(300);
    // Nobody reads.
    const child = spawn(process.execPath, [bin, ...audit, "--state-dir", state], {
      env: { PATH },
      stdio: "pipe",
    });
    const ended = once(child, "exit");
    await once(child.stdout, "readable");
    child.kill("SIGINT");
    expect(await ended).toEqual([null, "SIGINT"]);
  });
});

describe("on a terminal", () => {
  const needed = command("script");
  const env = { PATH, TERM: "xterm" };

  testWith(needed, "a long scan shows its progress, and removes it before the report", async () => {
    const state = await withCopies(700, 1);
    const terminal = onTerminal(`${durar} secrets audit --state-dir ${state}`, { cwd: state, env });
    expect(await terminal.end()).toBe(0);
    const [before, first, ...lines] = terminal.screen().split(ERASE);
    expect(before).toBe("");
    expect(first).toMatch(/^\[[#.]{30}\] \d+\/701 files$/);
    const [summary = ""] = (lines.at(-1) ?? "").split("\r\n");
    expect(stripVTControlCharacters(summary)).toMatch(/^findings: 1 plaintext/);
    expect(stripVTControlCharacters(summary)).not.toBe(summary);
  });

  testWith(needed, "Ctrl-C removes the progress too", async () => {
    const state = await withCopies(2000, 5000);
    const terminal = onTerminal(`${durar} secrets audit --state-dir ${state}`, {
      cwd: state,
      env,
    });
    await terminal.shows(/files/);
    terminal.type("\u0003");
    expect(await terminal.end()).toBe(130);
    const [shown, result] = terminal.screen().split(ERASE).slice(-2);
    expect(shown).toMatch(/files(\^C)?$/);
    expect(result).toMatch(/^durar: interrupted \[INTERRUPTED\]\r\n/);
  });

  testWith(needed, "a pipe gets neither colours nor progress", async () => {
    const state = await withCopies(700, 1);
    const terminal = onTerminal(`${durar} secrets audit --state-dir ${state} 2>&1 | cat`, {
      cwd: state,
      env,
    });
    await terminal.end();
    expect(terminal.screen()).toMatch(/^findings: 1 plaintext/);
    expect(terminal.screen()).not.toContain("\u001b");
  });
});

describe("the process", () => {
  test("needs no HOME where the state directory is named", async () => {
    const state = await withCredentials(1);
    const finished = await durarProcess([...audit, "--quiet"], { cwd: "/", env: { Durar_STATE_DIR: state } });
    expect(finished).toMatchObject({ exitCode: 0, stderr: "" });
  });

  test("says so when its working directory is gone", async () => {
    const directory = await temporaryDirectory();
    const script = `rm -r "$PWD"; ${durar} secrets audit --json; echo $?; ${durar} --help | head -n 1`;
    const { stdout, stderr } = await run("sh", ["-c", script], { cwd: directory });
    const [document = "", status, help] = stdout.split("\n");
    expect(JSON.parse(document)).toMatchObject({ error: { code: "DIRECTORY_MISSING" } });
    expect(status).toBe("1");
    expect(help).toContain("durar - ");
    expect(stderr).toBe("");
    await rm(directory, { recursive: true, force: true });
  });

  test("shows nothing of an error that nobody caught, and ends with 70 and one document", async () => {
    const secret = canary();
    const state = await withSlowProvider();
    const hook = await writePrivate(
      join(state, "hook.cjs"),
      `setTimeout(() => { throw Object.assign(new Error("${secret}"), { stdout: "${secret}" }); }, 200);`,
    );
    const { exitCode, stdout, stderr } = await durarProcess(
      [...audit, "--allow-exec", "--json", "--state-dir", state],
      {
        env: { NODE_OPTIONS: `--require ${hook}` },
      },
    );
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: "INTERNAL", message: "internal error (Error)" },
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 70, stderr: "" });
    assertAbsent(secret, stdout + stderr);
  });

  test("can be called by a link of another name", async () => {
    const directory = await temporaryDirectory();
    const { stdout } = await run(
      "sh",
      ["-c", `ln -s ${bin} Durar && ./Durar --version && ./Durar --help | head -n 1`],
      {
        cwd: directory,
        env: { PATH: `${join(process.execPath, "..")}:${PATH}` },
      },
    );
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\ndurar - /);
  });
});

describe("starting loads no more than is needed", () => {
  async function loaded(args: readonly string[], cwd: string): Promise<string> {
    const files = join(cwd, "loaded.json");
    const hook = await writePrivate(
      join(cwd, "loaded.cjs"),
      `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(files)}, JSON.stringify(Object.keys(require.cache))));`,
    );
    await durarProcess(args, { cwd, env: { NODE_OPTIONS: `--require ${hook}` } });
    return (JSON.parse(readFileSync(files, "utf8")) as string[])
      .map((file) => readFileSync(file, "utf8"))
      .join("");
  }
  // Words that only these libraries have.
  const zod = "safeParse";
  const execa = "forceKillAfterDelay";
  const engine = "PLAINTEXT_FOUND";

  test("--version and --help need neither the audit nor any library", async () => {
    const directory = await temporaryDirectory();
    for (const args of [
      ["--version"],
      ["--help"],
      ["help", "secrets", "audit"],
      ["completion", "bash"],
      ["secrets", "adit"],
    ]) {
      const code = await loaded(args, directory);
      expect(code).toContain("process.argv");
      for (const word of [zod, execa, engine]) expect(code, args.join(" ")).not.toContain(word);
    }
  });

  test("an audit needs what runs commands only when it may run one", async () => {
    const state = await withSlowProvider();
    await writeScript(join(state, "slow"), "#!/bin/sh\necho {}\n");
    const looking = await loaded([...audit, "--state-dir", state], state);
    expect(looking).toContain(engine);
    expect(looking).not.toContain(execa);
    expect(await loaded([...audit, "--allow-exec", "--state-dir", state], state)).toContain(execa);
  });
});

test("the built types need no package that is not installed with them", () => {
  const types = readFileSync(new URL("../dist/index.d.ts", import.meta.url), "utf8");
  expect(types).toContain("runDurar");
  expect(types).not.toMatch(/\b(from|import)\b ?[("']/);
});
