import { encodeExecRequest, type ExecProviderInput } from "@durar/secretref-schema";
import {
  assertNoLeak,
  canary,
  notRoot,
  root,
  temporaryDirectory,
  testWith,
  writePrivate,
  writeScript,
  type Requirement,
} from "@durar/testing";
import { existsSync } from "node:fs";
import { chmod, chown, copyFile, readFile, realpath, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { block, errorOf, printing, resolve, resolveOne, script, shell, shown } from "./fixtures/commands.ts";
import { fromExec } from "./index.ts";

const bare = { jsonOnly: false } as const;
const asked = { ids: ["value"] };

describe("one run serves all ids", () => {
  test("each answered on its own, in the request's order", async () => {
    const command = await script(`
      const { protocolVersion, provider, ids } = request();
      answer(
        { "a/b": [protocolVersion, provider, ids.length].join(), object: { k: 1 }, blank: " ", none: null, both: "x" },
        { gone: { code: "NOT_FOUND", message: "no" }, odd: { code: "SECRET" }, both: {} },
      );`);
    const ids = ["gone", "a/b", "odd", "blank", "none", "both", "unanswered", "object"];
    const answers = await resolve({ command }, { ids });
    expect([...answers].map(([id, answer]) => [id, shown(answer)])).toEqual([
      ["gone", "SECRET_PROVIDER_REPORTED"],
      ["a/b", "1,vault,8"],
      ["odd", "SECRET_PROVIDER_REPORTED"],
      ["blank", "SECRET_EMPTY"],
      ["none", "SECRET_VALUE_TYPE"],
      ["both", "SECRET_PROVIDER_REPORTED"],
      ["unanswered", "SECRET_NOT_FOUND"],
      ["object", { k: 1 }],
    ]);
    expect(errorOf(answers, "gone")).toMatchObject({ reported: "NOT_FOUND", provider: "vault", id: "gone" });
    expect(errorOf(answers, "odd").reported).toBeUndefined();
  });

  test("512 of them", async () => {
    const ids = Array.from({ length: 512 }, (_, index) => `team-${index}/api.key:current`);
    const command = await script(`answer(Object.fromEntries(request().ids.map((id) => [id, "of " + id])));`);
    const answers = await resolve({ command }, { ids });
    expect([...answers].map(([, answer]) => shown(answer))).toEqual(ids.map((id) => `of ${id}`));
  });

  test("also ids that are named like members of Object.prototype", async () => {
    const ids = ["constructor", "toString", "hasOwnProperty", "valueOf"];
    const mute = await script("answer({}, {});");
    for (const answer of (await resolve({ command: mute }, { ids })).values())
      expect(shown(answer)).toBe("SECRET_NOT_FOUND");
    const telling = await script(`answer(Object.fromEntries(request().ids.map((id) => [id, "of " + id])));`);
    expect([...(await resolve({ command: telling }, { ids })).values()].map(shown)).toEqual(
      ids.map((id) => `of ${id}`),
    );
  });

  test("an id that breaks the grammar is refused alone, and never reaches the command", async () => {
    const command = await script(`answer({ good: request().ids.join() });`);
    const answers = await resolve({ command }, { ids: ["--flag", "a/../b", "good", "__proto__", ""] });
    expect([...answers].map(([id, answer]) => [id, shown(answer)])).toEqual([
      ["--flag", "SECRET_REF_INVALID"],
      ["a/../b", "SECRET_REF_INVALID"],
      ["good", "good"],
      ["__proto__", "SECRET_REF_INVALID"],
      ["", "SECRET_REF_INVALID"],
    ]);
  });

  test("nothing runs where no id is left to ask", async () => {
    const command = await shell('echo up > "$0.up"');
    expect(await resolve({ command }, { ids: [] })).toEqual(new Map());
    expect(await resolveOne({ command }, { ids: ["-x"] })).toBeUndefined();
    expect(existsSync(`${command}.up`)).toBe(false);
  });

  test("a value written a byte at a time is right, multi-byte characters too", async () => {
    const value = "naïve € 𝄞 – 秘密";
    const command = await script(`
      const text = JSON.stringify({ protocolVersion: 1, values: { value: ${JSON.stringify(value)} } });
      for (const byte of Buffer.from(text)) {
        fs.writeSync(1, Buffer.of(byte));
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
      }`);
    expect(await resolveOne({ command })).toBe(value);
  });
});

describe("a command that prints the bare value", () => {
  const values: Record<string, string> = {
    digits: "0123456789012345678901234567890",
    true: "true",
    null: "null",
    "a JSON document": '{\n  "type": "service_account",\n  "private_key": "-----BEGIN\\n"\n}\n',
    "a PEM block": "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n",
    "spaces around it": "  spaced out\t",
  };
  test.each(Object.entries(values))("hands it on exactly: %s", async (_title, value) => {
    expect(await resolveOne({ command: await printing(`${value}\n`), ...bare })).toBe(value);
  });

  test("may not do so for several ids, and the hint names {id}", async () => {
    const answers = await resolve({ command: await printing("value"), ...bare }, { ids: ["one", "two"] });
    expect(errorOf(answers, "one")).toMatchObject({ code: "SECRET_PROTOCOL_INVALID", id: "one" });
    expect(errorOf(answers, "two").hint).toContain("{id}");
  });

  test("may not do so with jsonOnly, and the hint names that", async () => {
    const answers = await resolve({ command: await printing("12345") }, asked);
    expect(errorOf(answers)).toMatchObject({ code: "SECRET_PROTOCOL_INVALID" });
    expect(errorOf(answers).hint).toContain("jsonOnly: false");
  });
});

describe("{id} in args", () => {
  test("serves many ids with one provider, in order, each with its own outcome", async () => {
    const command = await shell(`
      if read -r line; then exit 9; fi
      case "$2" in
        missing) ;;
        broken) exit 2 ;;
        *) printf '%s|%s|%s' "$1" "$2" "$3" ;;
      esac`);
    const args = ["read", "{id}", "--field={id}/{id}"];
    const answers = await resolve(
      { command, args, ...bare },
      { ids: ["op/one", "missing", "-no", "broken", "a:b"] },
    );
    expect([...answers].map(([id, answer]) => [id, shown(answer)])).toEqual([
      ["op/one", "read|op/one|--field=op/one/op/one"],
      ["missing", "SECRET_NOT_FOUND"],
      ["-no", "SECRET_REF_INVALID"],
      ["broken", "SECRET_PROVIDER_EXIT"],
      ["a:b", "read|a:b|--field=a:b/a:b"],
    ]);
    expect(errorOf(answers, "broken").id).toBe("broken");
  });

  test("starts at most four runs at a time", async () => {
    const command = await shell('echo + >> "$0.log"; /bin/sleep 0.05; echo - >> "$0.log"; printf %s "$1"');
    const ids = Array.from({ length: 14 }, (_, index) => `id-${index}`);
    const answers = await resolve({ command, args: ["{id}"], ...bare }, { ids });
    expect([...answers.values()].map(shown)).toEqual(ids);
    const steps = (await readFile(`${command}.log`, "utf8")).trim().split("\n");
    let running = 0;
    const most = Math.max(...steps.map((step) => (running += step === "+" ? 1 : -1)));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });

  test("holds the deadline for each run, not for all together", async () => {
    const command = await shell('[ "$1" = slow ] && exec /bin/sleep 60; /bin/sleep 0.3; printf %s "$1"');
    const ids = ["slow", ...Array.from({ length: 11 }, (_, index) => `id-${index}`)];
    const answers = await resolve({ command, args: ["{id}"], ...bare, timeoutMs: 900 }, { ids });
    expect([...answers.values()].map(shown)).toEqual(["SECRET_PROVIDER_TIMEOUT", ...ids.slice(1)]);
  });

  test("ends all runs with the caller's signal, and starts no more", async () => {
    const command = await shell('echo + >> "$0.log"; /bin/sleep 60');
    const controller = new AbortController();
    const ids = Array.from({ length: 12 }, (_, index) => `id-${index}`);
    const pending = resolve(
      { command, args: ["{id}"], ...bare, timeoutMs: 60_000 },
      { ids, signal: controller.signal },
    );
    const started = async (): Promise<number> =>
      (await readFile(`${command}.log`, "utf8").catch(() => "")).split("\n").length - 1;
    await expect.poll(started).toBe(4);
    controller.abort();
    expect([...(await pending).values()].map(shown)).toEqual(ids.map(() => "SECRET_ABORTED"));
    expect(await started()).toBe(4);
  });
});

describe("the command's surroundings", () => {
  const tell = "process.stdout.write(JSON.stringify([process.argv.slice(1), process.cwd(), process.env]));";

  test("are its args as written, its own directory, and the variables of passEnv and env alone", async () => {
    const command = await script(tell);
    const value = await resolveOne(
      {
        command,
        args: ["$HOME", "a b", "*", '"', ";id", ""],
        passEnv: ["VAULT_ADDR", "UNSET", "http_proxy", "MODE"],
        env: { MODE: "of env" },
        ...bare,
      },
      { environment: { VAULT_ADDR: "here", http_proxy: "p", MODE: "passed", OTHER: "no", UNSET: undefined } },
    );
    expect(JSON.parse(String(value))).toEqual([
      [command, "$HOME", "a b", "*", '"', ";id", ""],
      await realpath(dirname(command)),
      { VAULT_ADDR: "here", http_proxy: "p", MODE: "of env" },
    ]);
  });

  test("come from process.env where the request has no environment", async () => {
    const [name = ""] = Object.keys(process.env);
    const command = await script(tell);
    const value = await resolveOne({ command, passEnv: [name], ...bare });
    expect((JSON.parse(String(value)) as unknown[])[2]).toEqual({ [name]: process.env[name] });
  });

  test("of a link: the configured name, the real directory", async () => {
    const target = await shell('printf "%s %s" "$0" "$(pwd)"');
    const command = join(await temporaryDirectory(), "shim");
    await symlink(target, command);
    expect(await resolveOne({ command, ...bare, allowSymlinkCommand: true })).toBe(
      `${command} ${await realpath(dirname(target))}`,
    );
  });

  test("of a linked program: the configured name too", async () => {
    const command = join(await temporaryDirectory(), "shim");
    await symlink(await realpath(process.execPath), command);
    const args = ["-e", "process.stdout.write(process.argv0)"];
    expect(await resolveOne({ command, args, ...bare, allowSymlinkCommand: true })).toBe(command);
  });
});

describe("a command path that is not trusted", () => {
  test("is not run: writable by others, a link, outside the trusted directories, missing", async () => {
    const command = await shell('echo up > "$0.up"; echo value');
    await chmod(command, 0o777);
    const untrusted = errorOf(await resolve({ command, ...bare }, asked));
    expect(untrusted).toMatchObject({ code: "SECRET_PATH_UNTRUSTED", provider: "vault", id: "value" });
    expect(untrusted.hint).toContain("chmod go-w");
    await chmod(command, 0o755);
    await symlink(command, `${command}.link`);
    expect(errorOf(await resolve({ command: `${command}.link`, ...bare }, asked))).toMatchObject({
      code: "SECRET_PATH_UNTRUSTED",
      hint: "set allowSymlinkCommand: true on this provider",
    });
    const trustedDirs = [await temporaryDirectory()];
    expect(await resolveOne({ command, ...bare, trustedDirs })).toBe("SECRET_PATH_UNTRUSTED");
    expect(await resolveOne({ command: `${command}.none`, ...bare })).toBe("SECRET_PATH_UNREADABLE");
    expect(existsSync(`${command}.up`)).toBe(false);
    expect(await resolveOne({ command, ...bare, trustedDirs: [dirname(command)] })).toBe("value");
  });

  test("is run where its provider allows it", async () => {
    const command = await shell("echo value");
    await chmod(command, 0o777);
    expect(await resolveOne({ command, ...bare, allowInsecurePath: true })).toBe("value");
  });

  test("is judged anew at each call", async () => {
    const command = await shell("echo value");
    expect(await resolveOne({ command, ...bare })).toBe("value");
    await chmod(command, 0o775);
    expect(await resolveOne({ command, ...bare })).toBe("SECRET_PATH_UNTRUSTED");
  });

  testWith(root, "is one owned by another user", async () => {
    const command = await shell("echo value");
    await chown(command, 65534, 65534);
    expect(await resolveOne({ command, ...bare })).toBe("SECRET_PATH_UNTRUSTED");
  });
});

const someUser: Requirement = { met: root.met || notRoot.met, reason: "needs users" };
testWith(someUser, "a root-owned command works for a user who is not root", async () => {
  // Loaded before the rights are dropped.
  await import("./run-command.ts");
  if (root.met) process.seteuid?.(65534);
  try {
    expect(await resolveOne({ command: "/usr/bin/basename", args: ["/a/{id}"], ...bare })).toBe("value");
  } finally {
    if (root.met) process.seteuid?.(0);
  }
});

describe("a command that cannot be started", () => {
  test("for want of its interpreter", async () => {
    const command = await writeScript(join(await temporaryDirectory(), "command"), "#!/none/such\n");
    expect(errorOf(await resolve({ command }, asked))).toMatchObject({
      code: "SECRET_PROVIDER_SPAWN",
      message:
        'provider "vault": the command could not be started (ENOENT): the interpreter its #! line names, or its loader, does not exist',
    });
  });

  test("because its interpreter may not be executed", async () => {
    const interpreter = await writePrivate(join(await temporaryDirectory(), "interpreter"), "", 0o644);
    const command = await writeScript(join(await temporaryDirectory(), "command"), `#!${interpreter}\n`);
    expect(errorOf(await resolve({ command }, asked))).toMatchObject({ code: "SECRET_PROVIDER_SPAWN" });
  });

  test("for what it would get: too much, or a NUL character, which the error does not show", async () => {
    const command = await shell("echo value");
    const secret = canary();
    const environment = { TOKEN: `${secret}\0` };
    const outcome = await assertNoLeak(secret, () =>
      resolve({ command, passEnv: ["TOKEN"] }, { ...asked, environment }),
    );
    expect(outcome.threw || errorOf(outcome.result)).toMatchObject({ code: "SECRET_PROVIDER_SPAWN" });
    expect(await resolveOne({ command, env: { BIG: "x".repeat(5_000_000) } })).toBe("SECRET_PROVIDER_SPAWN");
  });
});

describe("nothing that the command writes is in an error", () => {
  const secret = canary();
  const both = `echo '${secret}'; echo '${secret}' >&2`;
  const cases: Record<string, [string, Partial<ExecProviderInput>]> = {
    "bad protocol": [both, {}],
    "a bad version": [`echo '{"protocolVersion":"${secret}","values":{}}'`, {}],
    "invalid UTF-8": [`${both}; printf '\\377'`, bare],
    "an unknown code": [
      `echo '{"protocolVersion":1,"errors":{"value":{"code":"${secret}","message":"${secret}"}}}'`,
      {},
    ],
    "a status": [`${both}; exit 1`, {}],
    "a timeout": [`${both}; /bin/sleep 60`, { timeoutMs: 300 }],
    "a silence": [`${both}; /bin/sleep 60`, { noOutputTimeoutMs: 100 }],
    "the output limit": [both, { maxOutputBytes: 20 }],
    "a signal": [`${both}; kill -9 $$`, {}],
    "variables of its own": [`${both}; exit 1`, { env: { TOKEN: secret } }],
  };
  test.each(Object.entries(cases))("%s", async (_title, [body, config]) => {
    const command = await shell(body);
    const outcome = await assertNoLeak(secret, () => resolve({ command, ...config }, asked));
    expect(outcome).toMatchObject({ threw: false, output: "" });
    expect(outcome.threw || errorOf(outcome.result).code).toMatch(/^SECRET_P/);
  });

  test("nor printed, though NODE_DEBUG asks for it", async () => {
    expect(process.env["NODE_DEBUG"]).toBe("execa");
    const outcome = await assertNoLeak(secret, () => shell(both).then((command) => resolveOne({ command })));
    expect(outcome).toMatchObject({ result: "SECRET_PROTOCOL_INVALID", output: "" });
  });

  test("nor does a resolved value show", async () => {
    const command = await printing(secret);
    const outcome = await assertNoLeak(secret, () => resolve({ command, ...bare }, asked));
    expect(outcome.threw || shown(outcome.result.get("value"))).toBe(secret);
  });
});

describe("check", () => {
  const check = (config: Record<string, unknown>, signal?: AbortSignal) =>
    fromExec().check({
      provider: "vault",
      config: { source: "exec", ...config } as ExecProviderInput,
      signal,
    });

  test("finds nothing wrong with a trusted command, and does not run it", async () => {
    const command = await shell('echo up > "$0.up"');
    expect(await check({ command })).toBeUndefined();
    expect(existsSync(`${command}.up`)).toBe(false);
  });

  test("finds what resolving would", async () => {
    const command = await shell("");
    expect(await check({ command: `${command}.none` })).toMatchObject({ code: "SECRET_PATH_UNREADABLE" });
    expect(await check({ command: dirname(command) })).toMatchObject({ code: "SECRET_PATH_UNTRUSTED" });
    expect(await check({ command }, AbortSignal.abort())).toMatchObject({ code: "SECRET_ABORTED" });
  });

  test("settles at once when it is aborted midway", async () => {
    const controller = new AbortController();
    const pending = check({ command: await shell("") }, controller.signal);
    controller.abort();
    expect(await pending).toMatchObject({ code: "SECRET_ABORTED" });
  });

  test("has the deadline of a call", async () => {
    const command = join(await temporaryDirectory(), ...Array<string>(50).fill("deep"), "command");
    await writePrivate(command, "", 0o755);
    const pending = check({ command, timeoutMs: 1 });
    block(20);
    expect(await pending).toMatchObject({ code: "SECRET_PROVIDER_TIMEOUT" });
  });

  test("names every rule the configuration breaks", async () => {
    const config = { command: "vault", args: ["{id}"], timeoutMs: 0 };
    const error = await check(config);
    expect(error).toMatchObject({
      code: "SECRET_PROVIDER_NOT_CONFIGURED",
      hint: "correct secrets.providers.vault",
    });
    expect(error?.message).toContain("command must be an absolute path");
    expect(error?.message).toContain("timeoutMs must be at least 1");
    expect(await resolveOne(config)).toBe("SECRET_PROVIDER_NOT_CONFIGURED");
  });

  test("refuses the configuration of another source", async () => {
    expect(await check({ source: "env" })).toMatchObject({ code: "SECRET_PROVIDER_SOURCE_MISMATCH" });
  });
});

test("a command replaced by a copy in another user's reach is refused by its directory", async () => {
  const directory = await temporaryDirectory();
  await chmod(directory, 0o777);
  const command = join(directory, "command");
  await copyFile("/bin/echo", command);
  expect(await resolveOne({ command, ...bare })).toBe("SECRET_PATH_UNTRUSTED");
});

test("requestBytes is the size of the line the command gets", () => {
  const ids = ["a", "b/c"];
  expect(fromExec().requestBytes?.("vault", ids)).toBe(Buffer.byteLength(encodeExecRequest("vault", ids)));
});
