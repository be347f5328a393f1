import { expect, test } from "vitest";
import { gatewayPlace, ownerOf, portOf, refTo, type GatewayPlace } from "../fixtures/gateway-place.ts";
import { callRpc, send } from "../fixtures/raw-http.ts";
import type { Gateway } from "../index.ts";

interface Case {
  readonly title: string;
  /** `gateway.auth`; words stand for secrets of the place. */
  readonly auth: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, "vt" | "vp" | " ">>;
  /** Which secret is accepted. */
  readonly accepts: "ct" | "cp" | "vt" | "vp";
}

const [TOKEN, PASSWORD] = ["Durar_GATEWAY_TOKEN", "Durar_GATEWAY_PASSWORD"];
const ref = { ct: refTo("ct"), cp: refTo("cp") };

const cases: readonly Case[] = [
  { title: "mode token: gateway.auth.token", auth: { mode: "token", token: ref.ct }, accepts: "ct" },
  { title: "mode token: a plaintext token", auth: { mode: "token", token: "ct" }, accepts: "ct" },
  {
    title: "mode token: the token variable before gateway.auth.token",
    auth: { mode: "token", token: ref.ct },
    environment: { [TOKEN]: "vt" },
    accepts: "vt",
  },
  {
    title: "mode token: never a password",
    auth: { mode: "token", token: ref.ct, password: ref.cp },
    environment: { [PASSWORD]: "vp" },
    accepts: "ct",
  },
  {
    title: "mode token: a blank variable counts as none",
    auth: { mode: "token", token: ref.ct },
    environment: { [TOKEN]: " " },
    accepts: "ct",
  },
  {
    title: "mode token: the other spelling of the variable",
    auth: { mode: "token" },
    environment: { DURAR_GATEWAY_TOKEN: "vt" },
    accepts: "vt",
  },
  {
    title: "mode token: the seed's spelling before the other",
    auth: { mode: "token" },
    environment: { DURAR_GATEWAY_TOKEN: "vp", [TOKEN]: "vt" },
    accepts: "vt",
  },
  {
    title: "mode password: gateway.auth.password",
    auth: { mode: "password", password: ref.cp },
    accepts: "cp",
  },
  {
    title: "mode password: the password variable before gateway.auth.password",
    auth: { mode: "password", password: ref.cp },
    environment: { [PASSWORD]: "vp" },
    accepts: "vp",
  },
  {
    title: "mode password: never a token",
    auth: { mode: "password", token: ref.ct, password: ref.cp },
    environment: { [TOKEN]: "vt" },
    accepts: "cp",
  },
  { title: "no mode: gateway.auth.token", auth: { token: ref.ct }, accepts: "ct" },
  { title: "no mode: gateway.auth.password", auth: { password: ref.cp }, accepts: "cp" },
  { title: "no mode: the token variable", auth: {}, environment: { [TOKEN]: "vt" }, accepts: "vt" },
  { title: "no mode: the password variable", auth: {}, environment: { [PASSWORD]: "vp" }, accepts: "vp" },
  {
    title: "no mode: the token variable before the password variable",
    auth: {},
    environment: { [TOKEN]: "vt", [PASSWORD]: "vp" },
    accepts: "vt",
  },
  {
    title: "no mode: the token variable before a configured password",
    auth: { password: ref.cp },
    environment: { [TOKEN]: "vt" },
    accepts: "vt",
  },
  {
    title: "no mode: the password variable where it puts the configured token out of use",
    auth: { token: ref.ct },
    environment: { [PASSWORD]: "vp" },
    accepts: "vp",
  },
];

/** Writes a configuration with four secrets, of which `auth` and the environment name some. */
async function placeOf({ auth, environment = {} }: Pick<Case, "auth" | "environment">) {
  const known: Record<string, string> = { " ": " " };
  const values: Record<string, string> = {};
  const place = await gatewayPlace();
  for (const name of ["ct", "cp", "vt", "vp"]) known[name] = place.secret();
  for (const [name, word] of Object.entries(environment)) values[name] = known[word] ?? "";
  const named = Object.entries(auth).map(([key, value]) => [key, known[value as string] ?? value]);
  await place.writeSecrets({ ct: known["ct"] ?? "", cp: known["cp"] ?? "" });
  await place.writeConfig({ gateway: { port: 0, auth: Object.fromEntries(named) as object } });
  const start = () => place.start({ environment: { HOME: place.directory, ...values } });
  return { place, known, start };
}

for (const { title, accepts, ...rest } of cases)
  test(`${title} is what a TCP client must bring`, async () => {
    const { known, start } = await placeOf(rest);
    const target = { port: portOf(await start()) };
    for (const name of ["ct", "cp", "vt", "vp"]) {
      const authorization = `Bearer ${known[name] ?? ""}`;
      const { status } = await callRpc(target, "secrets.status", {}, { authorization });
      expect([name, status]).toEqual([name, name === accepts ? 200 : 401]);
    }
  });

async function refusalOf(start: () => Promise<Gateway>, place: GatewayPlace): Promise<string> {
  const error: unknown = await start().catch((reason: unknown) => reason);
  await expect(send({ socketPath: `${place.directory}/gateway.sock` }, {})).rejects.toThrow("ENOENT");
  return JSON.stringify(error);
}

test("with TCP on and no credential the gateway refuses to start and names the ways out", async () => {
  const { place, start } = await placeOf({ auth: {} });
  const shown = await refusalOf(start, place);
  for (const way of ["GATEWAY_AUTH_REQUIRED", "gateway.auth.token", "variable", "none", "gateway.port"])
    expect(shown).toContain(way);
});

test.each([{ mode: "token" }, { mode: "password" }])(
  "with TCP on, %o and nothing for it, the gateway refuses to start",
  async (auth) => {
    const { place, start } = await placeOf({ auth });
    expect(await refusalOf(start, place)).toContain("GATEWAY_AUTH_REQUIRED");
  },
);

test("without TCP the gateway starts with no credential at all", async () => {
  const place = await gatewayPlace();
  await place.writeConfig({});
  const gateway = await place.start();
  expect(gateway.tcp).toBeUndefined();
  await expect(ownerOf(gateway).call("secrets.status", {})).resolves.toMatchObject({ state: "healthy" });
});

test("trusted-proxy is refused as not supported", async () => {
  const { place, start } = await placeOf({ auth: { mode: "trusted-proxy", token: ref.ct } });
  const shown = await refusalOf(start, place);
  expect(shown).toContain("GATEWAY_AUTH_UNSUPPORTED");
  expect(shown).toContain("trusted-proxy");
});

test("token and password without a mode are refused with the words that choose", async () => {
  const { place, start } = await placeOf({ auth: { token: ref.ct, password: ref.cp } });
  const shown = await refusalOf(start, place);
  expect(shown).toContain("CONFIG_INVALID");
  expect(shown).toMatch(/set mode to .*token.* or .*password/);
});

test("mode none beyond loopback is refused", async () => {
  const place = await gatewayPlace();
  await place.writeConfig({ gateway: { port: 0, bind: "lan", auth: { mode: "none" } } });
  expect(await refusalOf(() => place.start(), place)).toContain("served on loopback only");
});

test("mode none serves health and secrets.status over TCP, and nothing else", async () => {
  const place = await gatewayPlace();
  const secret = place.secret();
  await place.writeConfig({
    gateway: { port: 0, auth: { mode: "none", token: secret } },
    models: { providers: { openai: { apiKey: secret } } },
  });
  const gateway = await place.start();
  const target = { port: portOf(gateway) };
  expect((await send(target, { path: "/healthz" })).status).toBe(200);
  expect((await send(target, { path: "/readyz" })).status).toBe(200);
  for (const path of ["/metrics", "/events", "/anything"])
    expect([path, (await send(target, { path })).status]).toEqual([path, 403]);
  const status = await callRpc(target, "secrets.status");
  expect(status).toMatchObject({ status: 200, body: { result: { state: "healthy" } } });
  const authorization = `Bearer ${secret}`;
  for (const method of ["secrets.resolve", "secrets.reload", "config.get", "config.set", "config.patch"])
    for (const headers of [{}, { authorization }])
      expect((await callRpc(target, method, {}, headers)).body).toMatchObject({ error: { code: -32_601 } });
  const { generation } = await ownerOf(gateway).call("secrets.status", {});
  expect(generation).toBe(1);
});

test("a credential beyond ASCII is accepted in its UTF-8 form, and in no other", async () => {
  const place = await gatewayPlace();
  const token = `${place.secret()}-pässwörd-ключ`;
  await place.writeSecrets({ ct: token });
  await place.writeConfig({ gateway: { port: 0, auth: { token: ref.ct } } });
  const target = { port: portOf(await place.start()) };
  const bytes = Buffer.from(token).toString("latin1");
  expect((await callRpc(target, "secrets.status", {}, { authorization: `Bearer ${bytes}` })).status).toBe(
    200,
  );
  const lossy = token.replace(/[^\0-\xff]/g, "?");
  expect((await callRpc(target, "secrets.status", {}, { authorization: `Bearer ${lossy}` })).status).toBe(
    401,
  );
});
