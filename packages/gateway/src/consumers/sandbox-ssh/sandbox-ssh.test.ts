import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { chmod, rm, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { assertAbsent, command, run, temporaryDirectory, testWith, writePrivate } from "@durar/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { PATIENT } from "../../fixtures/disk-gateway.ts";
import { gatewayPlace, ownerOf, refTo } from "../../fixtures/gateway-place.ts";
import { buildGatewayProgram, startProcess } from "../../fixtures/gateway-processes.ts";
import { certificate, keyPair, sshd, startSshServer, type KeyPair } from "../../fixtures/sshd.ts";
import type { GatewayOptions } from "../../types.ts";
import { sandboxSsh } from "./sandbox-ssh.ts";

const backend = { backend: "ssh", mode: "all" };
const material = {
  identityData: refTo("identity"),
  certificateData: refTo("certificate"),
  knownHostsData: refTo("knownHosts"),
};

/** A configuration in which every agent has the same ssh sandbox. */
function shared(target: string, own: object, list?: readonly object[]): object {
  return {
    agents: { defaults: { sandbox: { ...backend, ssh: { target, ...own } } }, ...(list && { list }) },
  };
}

/** A state directory, and its gateway with ssh sandboxes. */
async function place(environment: Readonly<Record<string, string>> = {}) {
  const made = await gatewayPlace(environment);
  return {
    directory: made.directory,
    secret: () => made.secret(),
    log: () => made.log(),
    writeConfig: (config: object) => made.writeConfig(config),
    writeSecrets: (secrets: Readonly<Record<string, string>>) => made.writeSecrets(secrets),
    start: async (options: Partial<GatewayOptions> = {}) => {
      const gateway = await made.start({ consumers: [sandboxSsh({ keepMs: 50 })], ...options });
      const owner = ownerOf(gateway);
      return { gateway, ssh: (agentId?: string) => owner.call("sandbox.ssh", agentId ? { agentId } : {}) };
    },
  };
}

/** Logs in as `durar sandbox ssh` does. */
function login(
  { configFile, host }: { readonly configFile: string; readonly host: string },
  remote = "echo inside",
) {
  return run("ssh", ["-F", configFile, host, "--", remote]);
}

/** Every file below a directory, with its mode in octal; directories too, links as what they are. */
function modes(directory: string): string[] {
  const { mode } = lstatSync(directory);
  const below = lstatSync(directory).isDirectory()
    ? readdirSync(directory).flatMap((name) => modes(join(directory, name)))
    : [];
  return [lstatSync(directory).isSymbolicLink() ? "link" : (mode & 0o7777).toString(8), ...below];
}

/** The directory with all that one gateway wrote. */
function baseOf({ configFile }: { readonly configFile: string }): string {
  return dirname(dirname(dirname(configFile)));
}

function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "none",
    (error: unknown) => (error as { dataCode?: string }).dataCode,
  );
}

describe("an ssh sandbox is entered", () => {
  testWith(sshd, "with identity and known hosts from refs, and nobody else's", async () => {
    const key = await keyPair();
    const server = await startSshServer({ keys: [key] });
    const { writeSecrets, writeConfig, start, log } = await place();
    await writeSecrets({ identity: key.privateKey, knownHosts: server.knownHosts });
    const { identityData, knownHostsData } = material;
    await writeConfig(shared(server.target, { identityData, knownHostsData }));
    const { ssh } = await start();
    const report = await ssh();
    expect(report).toMatchObject({ agentId: "main", host: "sandbox" });
    expect(await login(report)).toMatchObject({ exitCode: 0, stdout: "inside\n" });
    assertAbsent(key.privateKey.split("\n").slice(1, 3), JSON.stringify(log()));
  });

  testWith(sshd, "with a certificate from a ref, where no key is known", async () => {
    const [authority, key] = [await keyPair(), await keyPair()];
    const server = await startSshServer({ authority });
    const { writeSecrets, writeConfig, start } = await place();
    const secrets = { identity: key.privateKey, knownHosts: server.knownHosts };
    await writeSecrets({ ...secrets, certificate: await certificate(authority, key) });
    await writeConfig(shared(server.target, material));
    const { gateway, ssh } = await start();
    expect(await login(await ssh())).toMatchObject({ exitCode: 0, stdout: "inside\n" });

    const { identityData, knownHostsData } = material;
    await writeConfig(shared(server.target, { identityData, knownHostsData }));
    await gateway.reload();
    expect(await login(await ssh())).toMatchObject({ exitCode: 255, stdout: "" });
  });

  testWith(sshd, "not where the host has another key than the known hosts say", async () => {
    const [key, other] = [await keyPair(), await keyPair()];
    const server = await startSshServer({ keys: [key] });
    const { writeSecrets, writeConfig, start } = await place();
    const knownHosts = `[127.0.0.1]:${server.port} ${other.publicKey}`;
    await writeSecrets({ identity: key.privateKey, knownHosts });
    const { identityData, knownHostsData } = material;
    await writeConfig(shared(server.target, { identityData, knownHostsData }));
    const { gateway, ssh } = await start();
    expect(await login(await ssh())).toMatchObject({ exitCode: 255, stdout: "" });

    await writeConfig(shared(server.target, { identityData }));
    await gateway.reload();
    expect(await login(await ssh())).toMatchObject({ exitCode: 255, stdout: "" });
  });

  const spellings: readonly (readonly [string, (text: string) => string])[] = [
    ["with CRLF", (text) => text.replaceAll("\n", "\r\n")],
    ["without a line break at the end", (text) => text.trimEnd()],
    ["with several line breaks at the end", (text) => `${text}\n\r\n\n`],
  ];
  for (const [title, spelled] of spellings)
    testWith(sshd, `with credentials that are written ${title}`, async () => {
      const [authority, key] = [await keyPair(), await keyPair()];
      const server = await startSshServer({ authority });
      const { writeSecrets, writeConfig, start } = await place();
      await writeSecrets({
        identity: spelled(key.privateKey),
        certificate: spelled(await certificate(authority, key)),
        knownHosts: spelled(server.knownHosts),
      });
      await writeConfig(shared(server.target, material));
      const { ssh } = await start();
      const report = await ssh();
      expect(await login(report)).toMatchObject({ exitCode: 0 });
      for (const name of ["identity", "certificate", "known_hosts"])
        expect(readFileSync(join(dirname(report.configFile), name), "utf8")).toMatch(/[^\n]\n$/);
    });

  testWith(sshd, "after a rotation with the new key, by the same path, and who is inside stays", async () => {
    const [old, fresh] = [await keyPair(), await keyPair()];
    const server = await startSshServer({ keys: [old, fresh] });
    const { writeSecrets, writeConfig, start } = await place();
    const { identityData, knownHostsData } = material;
    await writeSecrets({ identity: old.privateKey, knownHosts: server.knownHosts });
    await writeConfig(shared(server.target, { identityData, knownHostsData }));
    const { gateway, ssh } = await start();
    const before = await ssh();
    const inside = spawn("ssh", ["-F", before.configFile, before.host, "--", "echo in; cat"]);
    onTestFinished(() => void inside.kill("SIGKILL"));
    await once(inside.stdout, "data");

    await writeSecrets({ identity: fresh.privateKey, knownHosts: server.knownHosts });
    await gateway.reload();
    const after = await ssh();
    expect(after).toEqual(before);
    expect(readFileSync(join(dirname(after.configFile), "identity"), "utf8")).toBe(fresh.privateKey);
    expect(await login(after)).toMatchObject({ exitCode: 0 });
    await expect.poll(() => readdirSync(baseOf(after)).sort(), PATIENT).toEqual(["2", "current"]);
    expect(await login(after)).toMatchObject({ exitCode: 0 });
    inside.stdin.end("still here");
    expect(String((await once(inside.stdout, "data"))[0])).toBe("still here");
  });

  testWith(sshd, "with an agent's own key, however the list is ordered", async () => {
    const keys = { a: await keyPair(), b: await keyPair() } as const;
    const servers = {
      a: await startSshServer({ keys: [keys.a] }),
      b: await startSshServer({ keys: [keys.b] }),
    } as const;
    const { writeSecrets, writeConfig, start } = await place();
    const knownHosts = servers.a.knownHosts + servers.b.knownHosts;
    await writeSecrets({ a: keys.a.privateKey, b: keys.b.privateKey, knownHosts });
    const agent = (id: "a" | "b") => ({
      ...{ id, enabled: true },
      sandbox: { ssh: { target: servers[id].target, identityData: refTo(id) } },
    });
    const config = (...ids: ("a" | "b")[]) =>
      shared("nobody@nowhere", { knownHostsData: refTo("knownHosts") }, ids.map(agent));
    await writeConfig(config("a", "b"));
    const { gateway, ssh } = await start();
    const both = async () => [await login(await ssh("a")), await login(await ssh("b"))];
    expect((await both()).map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    await writeConfig(config("b", "a"));
    await gateway.reload();
    expect((await both()).map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    await writeConfig(config("b"));
    await gateway.reload();
    expect(await codeOf(ssh("a"))).toBe("SANDBOX_AGENT_UNKNOWN");
  });
});

/** Secrets that no server is needed for. */
async function written(environment: Readonly<Record<string, string>> = {}) {
  const made = await place(environment);
  const secrets = { identity: made.secret(), certificate: made.secret(), knownHosts: made.secret() };
  await made.writeSecrets(secrets);
  await made.writeConfig(shared("user@host:22", material));
  return { ...made, secrets };
}

describe("the files for ssh", () => {
  test("are this user's alone while the gateway runs, and gone once it is closed", async () => {
    const { start, directory } = await written();
    const umask = process.umask(0);
    onTestFinished(() => void process.umask(umask));
    const { gateway, ssh } = await start();
    const base = baseOf(await ssh());
    expect(base).toBe(join(directory, "sandbox-ssh"));
    expect(modes(base)).toEqual(["700", "700", "700", "600", "600", "600", "600", "link"]);
    await gateway.close();
    expect(existsSync(base)).toBe(false);
  });

  test("lie below XDG_RUNTIME_DIR where that is this user's alone", async () => {
    const runtime = await temporaryDirectory();
    await chmod(runtime, 0o700);
    const { start, directory } = await written({ XDG_RUNTIME_DIR: runtime });
    const { gateway, ssh } = await start();
    expect(baseOf(await ssh())).toMatch(new RegExp(`^${runtime}/durar-[0-9a-f]{16}-ssh$`));
    expect(existsSync(join(directory, "sandbox-ssh"))).toBe(false);
    await gateway.close();
    expect(readdirSync(runtime)).toEqual([]);
  });

  test("lie in the state directory where others can enter XDG_RUNTIME_DIR, and the log says so", async () => {
    const runtime = await temporaryDirectory();
    const { start, directory, log } = await written({ XDG_RUNTIME_DIR: runtime });
    const { ssh } = await start();
    expect(baseOf(await ssh())).toBe(join(directory, "sandbox-ssh"));
    expect(readdirSync(runtime)).toEqual([]);
    expect(log().filter(({ code }) => code === "SANDBOX_SSH_DIRECTORY")).toHaveLength(1);
  });

  test("are not written below a path that ssh cannot read, and the hint says so", async () => {
    const made = await gatewayPlace({}, "$HOME");
    await made.writeSecrets({ identity: made.secret() });
    await made.writeConfig(shared("user@host", { identityData: refTo("identity") }));
    const gateway = await made.start({ consumers: [sandboxSsh()] });
    await expect(ownerOf(gateway).call("sandbox.ssh", {})).rejects.toMatchObject({
      dataCode: "SANDBOX_FILES_FAILED",
      hint: expect.stringContaining("dollar signs") as string,
    });
    expect(existsSync(join(made.directory, "sandbox-ssh"))).toBe(false);
  });

  test("are written again where somebody has removed them, elsewhere if XDG_RUNTIME_DIR is gone", async () => {
    const runtime = await temporaryDirectory();
    await chmod(runtime, 0o700);
    const { start, directory, secrets } = await written({ XDG_RUNTIME_DIR: runtime });
    const { gateway, ssh } = await start();
    const identity = (configFile: string) => readFileSync(join(dirname(configFile), "identity"), "utf8");
    const before = await ssh();
    await rm(baseOf(before), { recursive: true });
    const again = await ssh();
    expect(again).toEqual(before);
    expect(identity(again.configFile)).toBe(`${secrets.identity}\n`);
    await rm(runtime, { recursive: true });
    const moved = await ssh();
    expect(baseOf(moved)).toBe(join(directory, "sandbox-ssh"));
    expect(identity(moved.configFile)).toBe(`${secrets.identity}\n`);
    await gateway.close();
    expect(existsSync(baseOf(moved))).toBe(false);
  });

  test("that lie where others can write, or behind a link, are none of its own: they are not removed", async () => {
    const [open, elsewhere] = [await temporaryDirectory(), await temporaryDirectory()];
    await chmod(elsewhere, 0o700);
    const { start, writeConfig, log } = await written({ XDG_RUNTIME_DIR: elsewhere });
    const first = await start();
    const name = basename(baseOf(await first.ssh()));
    await first.gateway.close();
    await writeConfig({});
    const link = join(await temporaryDirectory(), "link");
    await symlink(elsewhere, link);
    await chmod(open, 0o777);
    for (const runtime of [open, link]) {
      const kept = join(runtime, name, "kept");
      mkdirSync(kept, { recursive: true });
      const { gateway } = await start({ environment: { XDG_RUNTIME_DIR: runtime } });
      await gateway.close();
      expect(existsSync(kept)).toBe(true);
    }
    expect(log().filter(({ code }) => code === "SANDBOX_SSH_LEFT")).toHaveLength(2);
  });

  test("that a killed gateway left are removed by the next one, in both places, and links are not followed", async () => {
    const [runtime, elsewhere] = [await temporaryDirectory(), await temporaryDirectory()];
    await chmod(runtime, 0o700);
    await writePrivate(join(elsewhere, "kept"), "");
    const { start, directory, writeConfig } = await written({ XDG_RUNTIME_DIR: runtime });
    const first = await start();
    const base = baseOf(await first.ssh());
    await first.gateway.close();
    for (const left of [base, join(directory, "sandbox-ssh")]) {
      mkdirSync(join(left, "7"), { recursive: true });
      writeFileSync(join(left, "7", "identity"), "");
      await symlink(elsewhere, join(left, "link"));
    }
    await writeConfig({});
    await start();
    expect([existsSync(base), existsSync(join(directory, "sandbox-ssh"))]).toEqual([false, false]);
    expect(existsSync(join(elsewhere, "kept"))).toBe(true);
  });

  test("are left as they are while nothing of theirs changes, and go when no agent needs them", async () => {
    const { start, writeSecrets, writeConfig, secrets } = await written();
    const { gateway, ssh } = await start();
    const base = baseOf(await ssh());
    await writeConfig({ ...shared("user@host:22", material, [{ id: "main", name: "renamed" }]) });
    await gateway.reload();
    await ssh();
    expect(readdirSync(base)).toContain("1");
    await writeSecrets({ ...secrets, knownHosts: "other" });
    await gateway.reload();
    await ssh();
    expect(readdirSync(base)).toContain("2");
    await writeConfig({});
    await gateway.reload();
    expect(await codeOf(ssh())).toBe("SANDBOX_NOT_SSH");
    expect(existsSync(base)).toBe(false);
  });

  test("of a place that somebody else has made are not written, and are once it is free", async () => {
    const { start, log } = await written();
    const { gateway, ssh } = await start();
    const base = baseOf(await ssh());
    await gateway.close();
    const again = await start({
      consumers: [
        sandboxSsh(),
        {
          name: "in the way",
          patterns: [],
          create: () => ({ methods: {}, start: async () => void mkdirSync(base) }),
        },
      ],
    });
    expect(await codeOf(again.ssh())).toBe("SANDBOX_FILES_FAILED");
    expect(log().at(-1)).toMatchObject({ error: "SANDBOX_FILES_FAILED" });
    expect(readdirSync(base)).toEqual([]);
    await run("rmdir", [base]);
    expect(existsSync((await again.ssh()).configFile)).toBe(true);
  });
});

test("what is asked for of an agent without an ssh sandbox is refused by a code", async () => {
  const { writeConfig, start } = await place();
  const agent = (id: string, more: object) => ({ id, sandbox: backend, ...more });
  await writeConfig({
    agents: {
      list: [
        agent("off", { enabled: false }),
        agent("docker", { sandbox: { backend: "docker", mode: "all" } }),
        agent("bare", {}),
        agent("broken", { sandbox: { ...backend, ssh: { target: "user@host\nProxyCommand touch /tmp/x" } } }),
      ],
    },
  });
  const { ssh } = await start();
  const codes = ["off", "docker", "bare", "broken", "none", "main"].map((id) => codeOf(ssh(id)));
  expect(await Promise.all(codes)).toEqual([
    "SANDBOX_AGENT_OFF",
    "SANDBOX_NOT_SSH",
    "SANDBOX_TARGET_INVALID",
    "SANDBOX_TARGET_INVALID",
    "SANDBOX_AGENT_UNKNOWN",
    "SANDBOX_AGENT_UNKNOWN",
  ]);
});

testWith(
  command("ssh"),
  "the configuration is one that ssh reads as it is meant, and uses nothing of the user's",
  async () => {
    const { writeConfig, writeSecrets, start } = await place();
    await writeSecrets({ identity: "one" });
    const list = [
      { id: "a", sandbox: { ssh: { target: "user@[fe80::1%eth0]:2222", identityData: refTo("identity") } } },
      { id: "b" },
    ];
    await writeConfig(shared("host", {}, list));
    const { ssh } = await start();
    const settings = async (agentId: string) => {
      const { configFile, host } = await ssh(agentId);
      const { stdout } = await run("ssh", ["-G", "-F", configFile, host]);
      return { lines: stdout.split("\n"), directory: dirname(configFile) };
    };
    const a = await settings("a");
    const generation = join(dirname(dirname(a.directory)), "1", a.directory.split("/").at(-1) ?? "");
    expect(a.lines).toEqual(
      expect.arrayContaining([
        "user user",
        "hostname fe80::1%eth0",
        "port 2222",
        `identityfile ${generation}/identity`,
        "batchmode yes",
        "identitiesonly yes",
        "identityagent none",
        "stricthostkeychecking true",
        "globalknownhostsfile /dev/null",
        "userknownhostsfile /dev/null",
        "forwardagent no",
        "updatehostkeys false",
      ]),
    );
    const b = await settings("b");
    expect(b.lines.filter((line) => line.startsWith("identityfile"))).toEqual(["identityfile none"]);
  },
);

describe("a gateway that is killed", () => {
  test("leaves files that the next one removes, which writes its own", async () => {
    const key: KeyPair = await keyPair();
    const directory = await temporaryDirectory();
    await chmod(directory, 0o700);
    const ref = { source: "env", provider: "default", id: "SSH_IDENTITY" };
    const config = (target: string) => JSON.stringify(shared(target, { identityData: ref }));
    await writePrivate(join(directory, "Durar.json"), config("user@host"));
    const file = await buildGatewayProgram();
    const base = join(directory, "sandbox-ssh");
    const started = await startProcess([file, directory], { SSH_IDENTITY: key.privateKey });
    await expect.poll(() => existsSync(join(base, "current")), PATIENT).toBe(true);
    await started.kill();
    expect(existsSync(join(base, "current"))).toBe(true);
    writeFileSync(join(base, "left"), "");

    const next = await startProcess([file, directory], { SSH_IDENTITY: key.privateKey });
    expect(next.said).toMatch(/^listening/);
    await expect.poll(() => existsSync(join(base, "current")), PATIENT).toBe(true);
    expect(readdirSync(base).sort()).toEqual(["1", "current"]);
  });
});
