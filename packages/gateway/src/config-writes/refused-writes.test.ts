import { once } from "node:events";
import { chmodSync, linkSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { request, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import type { JsonValue } from "@durar/config-document";
import { createGatewayClient, type GatewayRequestError } from "@durar/gateway-client";
import { Secret } from "@durar/secretref-schema";
import { assertAbsent, canary, command, root, run, testWith } from "@durar/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { createDisk, PATIENT, start, type Disk, type Running } from "../fixtures/disk-gateway.ts";
import { createVault } from "../fixtures/vault.ts";

const secret = canary();
const text = `{ talk: { apiKey: "${secret}" }, /* a list */ agents: { list: [{ id: "a" }] } }`;

/** Everything that a refused write must leave as it is. */
async function traceOf(disk: Disk, { client }: Running): Promise<object> {
  const { ino, mtimeNs, mode } = statSync(disk.configFile, { bigint: true });
  const { state, generation, lastAttempt, recentEvents } = await client.call("secrets.status", {});
  const { hash } = await client.call("config.get", {});
  const memory = { state, generation, lastAttempt, recentEvents, hash };
  return { bytes: disk.readConfig(), ino, mtimeNs, mode, ...memory };
}

/** The error of a write that leaves no trace. */
async function refusalOf(
  disk: Disk,
  running: Running,
  write: (baseHash: string) => Promise<unknown>,
): Promise<GatewayRequestError> {
  const before = await traceOf(disk, running);
  const { hash } = await running.client.call("config.get", {});
  const failure: unknown = await write(hash).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeDefined();
  expect(await traceOf(disk, running)).toEqual(before);
  assertAbsent(secret, JSON.stringify(failure));
  return failure as GatewayRequestError;
}

/** Posts a call as it is written. */
async function post(socketPath: string, body: string): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  const sent = request({ socketPath, path: "/rpc", method: "POST", headers }).end(body);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return json(response);
}

describe("a write that is refused leaves the file, its hash and what is in force as they were", () => {
  const patches: [string, JsonValue, string, string][] = [
    ["that breaks a rule", { gateway: { port: "x" } }, "CONFIG_INVALID", "gateway.port"],
    [
      "that repeats an agent",
      { agents: { list: [{ id: "a" }, { id: "a" }] } },
      "CONFIG_INVALID",
      "agents.list.1",
    ],
    ["that is no object", [1], "CONFIG_INVALID", "the configuration must be"],
    ["with a ref to nothing", { talk: { apiKey: "${MISSING}" } }, "SECRET_NOT_FOUND", "MISSING"],
    ["with a malformed ref", { talk: { apiKey: { source: "env" } } }, "SECRET_REF_INVALID", "talk.apiKey"],
    [
      "with an unknown bind",
      { gateway: { port: 0, bind: "any" } },
      "GATEWAY_BIND_UNSUPPORTED",
      "gateway.bind",
    ],
  ];
  test.each(patches)("a patch %s", async (_title, patch, code, words) => {
    const disk = await createDisk({ "Durar.json": text }, { secrets: [secret] });
    const running = await start(disk);
    const { failures } = await refusalOf(disk, running, (baseHash) =>
      running.client.call("config.patch", { patch, baseHash }),
    );
    expect(failures[0]?.code).toBe(code);
    expect(`${failures[0]?.message} ${failures[0]?.paths.join()}`).toContain(words);
  });

  test("a text that breaks rules is told each of them, at their places in the text that was sent", async () => {
    const disk = await createDisk({ "Durar.json": text }, { secrets: [secret] });
    const running = await start(disk);
    // The secret on disk is longer than the sentinel: in the restored text all of this stands further right.
    const raw = '{ talk: { apiKey: "__Durar_REDACTED__", enabled: 1 },\n gateway: { port: -1 } }';
    const { failures } = await refusalOf(disk, running, (baseHash) =>
      running.client.call("config.set", { raw, baseHash }),
    );
    expect(failures.map(({ message }) => message.split(" ", 4).join(" "))).toEqual([
      "the submitted configuration:2:19: gateway.port",
      "the submitted configuration:1:50: talk.enabled",
    ]);
  });

  test("a text that is not well formed is told where", async () => {
    const disk = await createDisk({ "Durar.json": text }, { secrets: [secret] });
    const running = await start(disk);
    const raw = `{\n  a: "${secret}"\n  b: 1 }`;
    const refusal = await refusalOf(disk, running, (baseHash) =>
      running.client.call("config.set", { raw, baseHash }),
    );
    expect(refusal).toMatchObject({
      dataCode: "CONFIG_INVALID",
      message: expect.stringContaining("the submitted configuration: line 3, column 3: a , or }") as string,
    });
  });

  test("a text that no file could hold is told where, and how to write what it means", async () => {
    const disk = await createDisk({ "Durar.json": text }, { secrets: [secret] });
    const running = await start(disk);
    const raw = `{\n  talk: { apiKey: "${secret}\ud800" } }`;
    const refusal = await refusalOf(disk, running, (baseHash) =>
      running.client.call("config.set", { raw, baseHash }),
    );
    expect(refusal).toMatchObject({
      dataCode: "CONFIG_INVALID",
      message: expect.stringContaining(
        `the submitted configuration:2:${20 + secret.length}: half of a surrogate pair`,
      ) as string,
      hint: expect.stringContaining("escape") as string,
    });
    const { hash: baseHash } = await running.client.call("config.get", {});
    await running.client.call("config.patch", { patch: { talk: { apiKey: `${secret}\ud800` } }, baseHash });
    expect(disk.readConfig()).toContain(`"${secret}\\ud800"`);
  });

  test("a patch with a number that no configuration can hold", async () => {
    const disk = await createDisk({ "Durar.json": "{}" });
    const running = await start(disk);
    const { hash } = await running.client.call("config.get", {});
    const params = `{ "patch": { "a": { "b": 1e999 } }, "baseHash": "${hash}" }`;
    const body = `{ "jsonrpc": "2.0", "id": 1, "method": "config.patch", "params": ${params} }`;
    const { error } = (await post(running.gateway.socket, body)) as { error: object };
    expect(error).toMatchObject({ data: { code: "CONFIG_INVALID", failures: [{ paths: ["a"] }] } });
    expect(disk.readConfig()).toBe("{}");
  });

  test("while a provider is down, and the state stays what it is", async () => {
    const vault = await createVault({ key: secret });
    const config = {
      secrets: { providers: { vault: vault.provider } },
      talk: { apiKey: { source: "exec", provider: "vault", id: "key" } },
    };
    const disk = await createDisk({ "Durar.json": config }, { secrets: [secret] });
    const running = await start(disk);
    vault.begin("down");
    const patch = { name: "new" };
    const write = (baseHash: string): Promise<unknown> =>
      running.client.call("config.patch", { patch, baseHash });
    const healthy = await refusalOf(disk, running, write);
    expect(healthy.failures).toMatchObject([{ code: "SECRET_PROVIDER_EXIT", paths: ["talk.apiKey"] }]);

    await expect(running.client.call("secrets.reload", {})).rejects.toThrow();
    const degraded = await refusalOf(disk, running, write);
    expect(degraded.failures).toMatchObject([{ code: "SECRET_PROVIDER_EXIT" }]);
    expect(await running.client.call("secrets.status", {})).toMatchObject({ state: "degraded" });
    expect(disk.log.withCode("SECRETS_RELOADER_DEGRADED")).toHaveLength(1);
    expect(disk.log.withCode("SECRETS_RELOAD_FAILED")).toHaveLength(0);

    vault.end("down");
    const { hash } = await running.client.call("config.get", {});
    expect(await write(hash)).toMatchObject({ generation: 2 });
    expect(disk.log.withCode("SECRETS_RELOADER_RECOVERED")).toHaveLength(1);
  });

  test("where an agent's store is broken", async () => {
    const disk = await createDisk({ "Durar.json": "{}" }, { secrets: [secret] });
    const running = await start(disk);
    await disk.write("agents/main/agent/auth-profiles.json", `{"profiles": "${secret}`);
    const refusal = await refusalOf(disk, running, (baseHash) =>
      running.client.call("config.set", { raw: "{ a: 1 }", baseHash }),
    );
    expect(refusal.message).toContain("auth-profiles.json: line 1, column 14");
  });

  const places: [string, (path: string) => void][] = [
    ["is read-only", (path) => chmodSync(path, 0o400)],
    ["has another hard link", (path) => linkSync(path, `${path}.link`)],
  ];
  test.each(places)("where the file %s", async (_title, spoil) => {
    const disk = await createDisk({ "Durar.json": text }, { secrets: [secret] });
    const running = await start(disk);
    spoil(disk.configFile);
    const refusal = await refusalOf(disk, running, (baseHash) =>
      running.client.call("config.patch", { patch: { a: 1 }, baseHash }),
    );
    expect(refusal.dataCode).toBe("COMMIT_REFUSED");
  });

  testWith(
    { met: root.met && command("mount").met, reason: "needs to mount a file system" },
    "where the disk is full",
    async () => {
      const disk = await createDisk({ "conf/x": "" }, { secrets: [secret] });
      const directory = join(disk.directory, "conf");
      const mounted = await run("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", directory]);
      if (mounted.exitCode !== 0) return;
      const configFile = join(directory, "Durar.json");
      const onDisk = { ...disk, configFile, layout: { ...disk.layout, configFile } };
      writeFileSync(configFile, text);
      const running = await start(onDisk);
      onTestFinished(async () => {
        await running.gateway.close();
        await run("umount", [directory]);
      });
      expect(() => writeFileSync(join(directory, "full"), Buffer.alloc(100_000))).toThrow("ENOSPC");
      const { hash: baseHash } = await running.client.call("config.get", {});
      const write = running.client.call("config.patch", { patch: { a: 1 }, baseHash });
      await expect(write).rejects.toMatchObject({
        dataCode: "COMMIT_FAILED",
        message: expect.stringContaining("ENOSPC") as string,
      });
      expect(statSync(configFile).size).toBe(text.length);
      expect(await running.client.call("secrets.status", {})).toMatchObject({ generation: 1 });
      expect(readdirSync(directory)).toEqual(["Durar.json", "full"]);
    },
  );
});

test("config.apply that is refused has no later reload listen anew", async () => {
  const token = canary();
  const disk = await createDisk(
    { "Durar.json": { gateway: { port: 0, auth: { token } } } },
    { secrets: [token] },
  );
  const { client, gateway } = await start(disk);
  const { host, port } = gateway.tcp ?? {};
  const overTcp = createGatewayClient({ url: `http://${host}:${port}`, credential: new Secret(token) });
  const codes: string[] = [];
  const listening = (async () => {
    for await (const { code, generation } of overTcp.events()) codes.push(`${code} ${generation}`);
  })();
  const { hash: baseHash } = await client.call("config.get", {});
  const refused = client.call("config.apply", { raw: "{ talk: { apiKey: '${MISSING}' } }", baseHash });
  await expect(refused).rejects.toMatchObject({ dataCode: "SNAPSHOT_ACTIVATION_FAILED" });
  await expect
    .poll(async () => {
      await client.call("secrets.reload", {});
      return codes.length;
    }, PATIENT)
    .toBeGreaterThan(1);
  // Listening anew would have ended the stream.
  expect(gateway.tcp).toEqual({ host, port });
  await gateway.close();
  await listening;
});
