import { createGatewayClient, type GatewayRequestError } from "@durar/gateway-client";
import { Secret } from "@durar/secretref-schema";
import { assertAbsent, canary } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { createDisk, start, type Disk, type DiskOptions, type Running } from "../fixtures/disk-gateway.ts";

const sentinel = "__Durar_REDACTED__";

interface Case extends Running {
  readonly disk: Disk;
  readonly raw: string;
  readonly hash: string;
}

async function gatewayOn(text: string, options: DiskOptions): Promise<Case> {
  const name = options.layout === "openclaw" ? "openclaw.json" : "Durar.json";
  const disk = await createDisk({ [name]: text }, options);
  const running = await start(disk);
  const { raw, hash } = await running.client.call("config.get", {});
  assertAbsent(options.secrets ?? [], raw);
  return { ...running, disk, raw, hash };
}

/** The error of a write, which holds none of these secrets. */
async function failureOf(write: Promise<unknown>, secrets: readonly string[]): Promise<GatewayRequestError> {
  const failure: unknown = await write.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeDefined();
  assertAbsent(secrets, JSON.stringify(failure));
  return failure as GatewayRequestError;
}

const agent = (id: string, key: string): string =>
  `{ id: "${id}", memorySearch: { provider: "openai", remote: { apiKey: "${key}" } } }`;

describe("a sentinel stands for what is on disk", () => {
  test("and stays with its agent when entries are reordered, removed and added", async () => {
    const [a, b, c, added] = [canary(), canary(), canary(), canary()];
    const secrets = [a, b, c, added];
    const text = `{ agents: { list: [${agent("a", a)}, ${agent("b", b)}, ${agent("c", c)}] } }`;
    const { client, disk, hash } = await gatewayOn(text, { secrets });
    const list = [agent("c", sentinel), agent("new", added), agent("a", sentinel)].join(", ");
    const set = await client.call("config.set", { raw: `{ agents: { list: [${list}] } }`, baseHash: hash });
    const wanted = [agent("c", c), agent("new", added), agent("a", a)].join(", ");
    expect(disk.readConfig()).toBe(`{ agents: { list: [${wanted}] } }`);

    const entry = (id: string): object => ({
      id,
      memorySearch: { provider: "openai", remote: { apiKey: sentinel } },
    });
    const patch = { agents: { list: [entry("new"), entry("c")] } };
    await client.call("config.patch", { patch, baseHash: set.hash });
    const { assignments } = await client.call("secrets.resolve", {
      commandName: "test",
      targetIds: ["agents.list[].memorySearch.remote.apiKey"],
    });
    expect(assignments.map(({ entryId, value }) => [entryId, value])).toEqual([
      ["new", added],
      ["c", c],
    ]);
  });

  test("in the other layout too", async () => {
    const secret = canary();
    const text = `{ talk: { apiKey: "${secret}" } }`;
    const { client, disk, raw, hash } = await gatewayOn(text, { secrets: [secret], layout: "openclaw" });
    expect(raw).toBe('{ talk: { apiKey: "__OPENCLAW_REDACTED__" } }');
    await client.call("config.set", { raw: `${raw}\n`, baseHash: hash });
    expect(disk.readConfig()).toBe(`${text}\n`);
  });

  test("also where the secret has quotes and escapes of its own", async () => {
    const secret = canary();
    const text = `{ talk: { apiKey: '${secret}\\u0041\\'\\\n"' } }`;
    const { client, disk, raw, hash } = await gatewayOn(text, { secrets: [secret] });
    await client.call("config.set", { raw: `// new\n${raw}`, baseHash: hash });
    expect(disk.readConfig()).toBe(`// new\n${text}`);
  });

  test("and a patch may leave it, or take what it stands for away", async () => {
    const [a, b] = [canary(), canary()];
    const text = `{ talk: { apiKey: "${a}" }, cron: { webhookToken: "${b}" } }`;
    const { client, disk, hash } = await gatewayOn(text, { secrets: [a, b] });
    const patch = { talk: { apiKey: sentinel, enabled: true }, cron: { webhookToken: null } };
    await client.call("config.patch", { patch, baseHash: hash });
    expect(disk.readConfig()).toBe(`{ talk: { apiKey: "${a}", enabled: true }, cron: {} }`);
  });
});

describe("a sentinel is refused, with its place and what to do, and nothing is written", () => {
  const secret = canary();
  const text = `{\n  talk: { apiKey: "${secret}" },\n  name: "x",\n}`;
  const cases: [string, (raw: string) => string, string][] = [
    [
      "inside a longer string",
      (raw) => raw.replace(sentinel, `Bearer ${sentinel}`),
      "2:19: talk.apiKey: the reserved word is part of a longer string",
    ],
    [
      "where nothing is on disk",
      (raw) => raw.replace("}", `, providers: { x: { apiKey: "${sentinel}" } } }`),
      "2:68: talk.providers.x.apiKey: the reserved word stands where the file on disk holds nothing",
    ],
    [
      "for a value that is not hidden",
      (raw) => raw.replace('"x"', `"${sentinel}"`),
      "3:9: name: the reserved word stands for a value that is not redacted",
    ],
    [
      "as a name",
      (raw) => raw.replace("name", `"${sentinel}"`),
      "3:3: __Durar_REDACTED__: the reserved word is in a member name",
    ],
    [
      "in a comment",
      (raw) => `${raw} // ${sentinel}`,
      "4:3: the reserved word is in a comment that is not a redacted comment of the file on disk",
    ],
    [
      "of the other layout",
      (raw) => raw.replace(sentinel, "__OPENCLAW_REDACTED__"),
      "2:19: talk.apiKey: the reserved word of another layout stands in the config",
    ],
  ];
  test.each(cases)("%s", async (_title, edit, message) => {
    const { client, disk, raw, hash } = await gatewayOn(text, { secrets: [secret] });
    const failure = await failureOf(client.call("config.set", { raw: edit(raw), baseHash: hash }), [secret]);
    expect(failure.dataCode).toBe("CONFIG_SENTINEL");
    expect(failure.failures[0]?.message).toBe(`the submitted configuration:${message}`);
    expect(failure.failures[0]?.hint).not.toBe("");
    expect(disk.readConfig()).toBe(text);
    expect(await client.call("secrets.status", {})).toMatchObject({ generation: 1, state: "healthy" });
  });

  test("all of them together, by config.patch too", async () => {
    const { client, disk, hash } = await gatewayOn(text, { secrets: [secret] });
    const patch = { a: sentinel, b: [sentinel], talk: { apiKey: `${sentinel}!` } };
    const failure = await failureOf(client.call("config.patch", { patch, baseHash: hash }), [secret]);
    expect(failure.failures.map(({ code, paths }) => [code, paths[0]])).toEqual([
      ["CONFIG_SENTINEL", "talk.apiKey"],
      ["CONFIG_SENTINEL", "a"],
      ["CONFIG_SENTINEL", "b.0"],
    ]);
    expect(disk.readConfig()).toBe(text);
  });
});

test("redacted config that is put on disk as it is shown never comes into force, and its sentinel is no credential", async () => {
  const token = canary();
  const text = `{ gateway: { port: 0, auth: { token: "${token}" } } }`;
  const { gateway, disk, raw } = await gatewayOn(text, { secrets: [token] });
  await disk.write("Durar.json", raw);
  await expect(gateway.reload()).rejects.toMatchObject({
    code: "SNAPSHOT_INPUTS_INVALID",
    failures: [{ code: "CONFIG_INVALID", paths: ["gateway.auth.token"] }],
  });
  const url = `http://127.0.0.1:${gateway.tcp?.port}`;
  const asked = (credential: string): Promise<unknown> =>
    createGatewayClient({ url, credential: new Secret(credential) }).call("secrets.status", {});
  await expect(asked(sentinel)).rejects.toMatchObject({ code: "GATEWAY_UNAUTHORIZED" });
  expect(await asked(token)).toMatchObject({ state: "healthy", generation: 1 });
  await gateway.close();
  await expect(start(disk)).rejects.toMatchObject({ failures: [{ paths: ["gateway.auth.token"] }] });

  await disk.write("Durar.json", text);
  expect((await start(disk)).gateway.status()).toMatchObject({ state: "healthy" });
});
