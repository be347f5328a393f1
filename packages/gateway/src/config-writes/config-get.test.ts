import { createHash } from "node:crypto";
import { assertAbsent, canary } from "@durar/testing";
import { expect, test } from "vitest";
import { createDisk, start } from "../fixtures/disk-gateway.ts";

const ref = (id: string): object => ({ source: "file", provider: "main", id });

test("config.get shows refs and comments whole, and no secret: of no file, no store and no variable", async () => {
  const [plain, resolved, profile, variable, vault] = [canary(), canary(), canary(), canary(), canary()];
  const secrets = [plain, resolved, profile, variable, vault];
  const disk = await createDisk(
    {
      "values.json": { key: resolved },
      "agents/main/agent/auth-profiles.json": {
        profiles: { x: { type: "api_key", provider: "x", key: profile } },
      },
      ".env": `VAULT_TOKEN=${vault}`,
    },
    { secrets },
  );
  await disk.write(
    "Durar.json",
    `// key ${resolved}, profile ${profile}
{
  secrets: { providers: { main: { source: "file", path: "${disk.directory}/values.json" } } },
  models: { providers: { openai: { apiKey: { source: "file", provider: "main", id: "/key" } }, groq: { apiKey: "${plain}" } } },
  notes: ["${variable}", "${vault}", "${plain}"], // ${plain}
}
`,
  );
  const { client } = await start(disk, {
    environment: { HOME: disk.directory, Durar_GATEWAY_TOKEN: variable },
  });
  const got = await client.call("config.get", {});
  assertAbsent(secrets, JSON.stringify(got));
  expect(got.config).toMatchObject({
    models: { providers: { openai: { apiKey: ref("/key") }, groq: { apiKey: disk.layout.sentinel } } },
  });
  const hidden = secrets.reduce(
    (text, secret) => text.replaceAll(secret, disk.layout.sentinel),
    disk.readConfig(),
  );
  expect(got.raw).toBe(hidden);
  expect(Object.keys(got).sort()).toEqual(["config", "hash", "raw"]);
});

test("a secret that was rotated stays hidden, and what is shown can still be written", async () => {
  const [old, now] = [canary(), canary()];
  const disk = await createDisk({ "values.json": { key: old } }, { secrets: [old, now] });
  await disk.write(
    "Durar.json",
    `{ // was ${old}
  secrets: { providers: { main: { source: "file", path: "${disk.directory}/values.json" } } },
  models: { providers: { x: { apiKey: { source: "file", provider: "main", id: "/key" } } } },
}`,
  );
  const { client } = await start(disk);
  const before = await client.call("config.get", {});
  await disk.write("values.json", { key: now });
  await client.call("secrets.reload", {});
  const after = await client.call("config.get", {});
  assertAbsent([old, now], after.raw);
  expect(after).toEqual(before);
  await client.call("config.set", { raw: before.raw.replace("x:", "y:"), baseHash: before.hash });
  expect(disk.readConfig()).toContain(`{ // was ${old}`);
});

test("the hash names the bytes on disk to this process alone", async () => {
  const disk = await createDisk({ "Durar.json": "{}\n" });
  const first = await start(disk);
  const { hash } = await first.client.call("config.get", {});
  expect(await first.client.call("config.get", {})).toMatchObject({ hash });
  expect(hash).not.toBe(createHash("sha256").update("{}\n").digest("hex"));
  await first.gateway.close();
  const second = await start(disk);
  const again = await second.client.call("config.get", {});
  expect(again.hash).not.toBe(hash);
  const stale = second.client.call("config.set", { raw: "{}", baseHash: hash });
  await expect(stale).rejects.toMatchObject({ dataCode: "CONFIG_CONFLICT" });
});

test("a configuration on disk that breaks a rule can be got and mended", async () => {
  const secret = canary();
  const disk = await createDisk({ "Durar.json": "{}" }, { secrets: [secret] });
  const { client } = await start(disk);
  await disk.write("Durar.json", `{ gateway: { port: "${secret}" }, talk: { apiKey: "${secret}" } }`);
  await expect(client.call("secrets.reload", {})).rejects.toMatchObject({
    dataCode: "SNAPSHOT_INPUTS_INVALID",
  });
  const { raw, hash } = await client.call("config.get", {});
  assertAbsent(secret, raw);
  const { generation } = await client.call("config.patch", { patch: { gateway: null }, baseHash: hash });
  expect(generation).toBe(2);
  expect(disk.readConfig()).toBe(`{ talk: { apiKey: "${secret}" } }`);
});

test("a configuration on disk that is not well formed is refused with its place, and without its text", async () => {
  const secret = canary();
  const disk = await createDisk({ "Durar.json": "{}" }, { secrets: [secret] });
  const { client } = await start(disk);
  await disk.write("Durar.json", `{\n  talk: { apiKey: "${secret}" `);
  const failure: unknown = await client.call("config.get", {}).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    dataCode: "CONFIG_INVALID",
    message: expect.stringContaining(`${disk.configFile}: line 2, column`) as string,
  });
  assertAbsent(secret, JSON.stringify(failure));
});
