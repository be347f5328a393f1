import { gzipSync } from "node:zlib";
import { assertAbsent } from "@durar/testing";
import { expect, test } from "vitest";
import { gatewayPlace, ownerOf, portOf, type GatewayPlace } from "../fixtures/gateway-place.ts";
import { callRpc, send, statuses, talk } from "../fixtures/raw-http.ts";

async function started(place: GatewayPlace) {
  const token = place.secret();
  await place.writeConfig({ gateway: { port: 0, auth: { token } } });
  const gateway = await place.start();
  const port = portOf(gateway);
  const authorization = `Bearer ${token}`;
  return { gateway, token, port, authorization, json: { authorization, "content-type": "application/json" } };
}

/** The methods that were dispatched, as the log has them. */
function calls(place: GatewayPlace): unknown[] {
  return place.log().flatMap(({ msg, method }) => (msg === "call" ? [method] : []));
}

const reload = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "secrets.reload", params: {} });

/** A whole request for a reload, but for the lines that a test is about. */
function post(port: number, authorization: string, lines: readonly string[], body = reload): string {
  const own = [`POST /rpc HTTP/1.1`, `Authorization: ${authorization}`, "Connection: close", ...lines];
  const named = own.some((line) => /^host:/i.test(line)) ? own : [...own, `Host: localhost:${port}`];
  const sized = named.some((line) => /^(content-length|transfer-encoding):/i.test(line))
    ? named
    : [...named, `Content-Length: ${Buffer.byteLength(body)}`];
  return `${sized.join("\r\n")}\r\n\r\n${body}`;
}

const json = "Content-Type: application/json";

test("what a web page can make a browser send is refused before anything is dispatched", async () => {
  const place = await gatewayPlace();
  const { port, authorization } = await started(place);
  const refused: readonly [string, readonly string[], number][] = [
    ["a foreign Origin", [json, "Origin: https://attacker.example"], 403],
    ["the Origin of a sandboxed page", [json, "Origin: null"], 403],
    ["the Origin of another port of this machine", [json, `Origin: http://localhost:${port + 1}`], 403],
    ["two Origins", [json, `Origin: http://localhost:${port}`, "Origin: https://attacker.example"], 403],
    ["a rebound name", [json, "Host: attacker.example"], 403],
    ["a rebound name with the port", [json, `Host: attacker.example:${port}`], 403],
    ["a trailing dot", [json, `Host: localhost.:${port}`], 403],
    ["user info in the Host", [json, `Host: localhost@attacker.example`], 403],
    ["an empty Host", [json, "Host: "], 403],
    ["two Hosts", [json, `Host: localhost:${port}`, "Host: attacker.example"], 403],
    ["the same Host twice", [json, `Host: localhost`, "Host: localhost"], 403],
    ["a form", ["Content-Type: application/x-www-form-urlencoded"], 415],
    ["a form with files", ["Content-Type: multipart/form-data; boundary=x"], 415],
    ["plain text", ["Content-Type: text/plain"], 415],
    ["plain text that says JSON", ["Content-Type: text/plain; application/json"], 415],
    ["a type like JSON", ["Content-Type: application/json-rpc"], 415],
    ["a type that starts like JSON", ["Content-Type: application/jsonp"], 415],
    ["an empty type", ["Content-Type: "], 415],
    ["no type", [], 415],
  ];
  for (const [title, lines, status] of refused)
    expect([title, statuses(await talk(port, post(port, authorization, lines)))]).toEqual([title, [status]]);
  expect(statuses(await talk(port, post(port, authorization, [], "")))).toEqual([415]);
  expect(calls(place)).toEqual([]);
  expect(place.log().filter(({ status }) => status === 403)).toHaveLength(11);
});

test("requests of honest clients are served in whatever way they write them", async () => {
  const place = await gatewayPlace();
  const { port, authorization, token } = await started(place);
  const served: readonly (readonly string[])[] = [
    [json],
    ["content-type: Application/JSON; charset=utf-8"],
    [json, `Host: LOCALHOST:${port}`],
    [json, `Host: 127.0.0.1:${port + 1}`],
    [json, `Origin: http://localhost:${port}`],
  ];
  for (const lines of served)
    expect(statuses(await talk(port, post(port, authorization, lines)))).toEqual([200]);
  expect(statuses(await talk(port, post(port, `bearer ${token}`, [json])))).toEqual([200]);
  expect(calls(place)).toHaveLength(6);
});

test("a credential in any other form is refused", async () => {
  const place = await gatewayPlace();
  const { port, token } = await started(place);
  const forms = [
    "",
    "Bearer",
    "Bearer ",
    token,
    `Token ${token}`,
    `Basic ${Buffer.from(`:${token}`).toString("base64")}`,
    `Bearer ${Buffer.from(token).toString("base64")}`,
    `Bearer ${token.toUpperCase()}`,
    `Bearer ${token.slice(0, -1)}`,
    `Bearer ${token}, Bearer ${token}`,
    `Bearer ${"x".repeat(8_000)}`,
  ];
  for (const form of forms) {
    const [status] = statuses(await talk(port, post(port, form, [json])));
    expect([form, status]).toEqual([form, 401]);
  }
  const twice = post(port, `Bearer ${token}`, [json, "Authorization: Bearer other"]);
  expect(statuses(await talk(port, twice))).toEqual([401]);
  expect(calls(place)).toEqual([]);
});

test("a body of 1 MiB is read, one byte more is 413, and an endless one is cut off", async () => {
  const place = await gatewayPlace();
  const { port, authorization, json: headers } = await started(place);
  const whole = reload.padEnd(1024 * 1024, " ");
  const most = await send({ port }, { method: "POST", path: "/rpc", headers, body: whole });
  expect(most.status).toBe(200);
  const more = post(port, authorization, [json], `${whole} `);
  expect(statuses(await talk(port, more))).toEqual([413]);
  const declared = post(port, authorization, [json, "Content-Length: 99999999999"], "");
  expect(statuses(await talk(port, declared))).toEqual([413]);
  const chunk = `10000\r\n${" ".repeat(65_536)}\r\n`;
  const endless = post(port, authorization, [json, "Transfer-Encoding: chunked"], chunk.repeat(40));
  expect(statuses(await talk(port, endless))).toEqual([413]);
  expect(calls(place)).toEqual(["secrets.reload"]);
});

test("a body without a credential is not even waited for", async () => {
  const place = await gatewayPlace();
  const { port } = await started(place);
  const sent = post(port, "Bearer wrong", [json, "Content-Length: 1000000"], "");
  const unsent = sent.replace("Connection: close\r\n", "");
  const startedAt = performance.now();
  expect(statuses(await talk(port, unsent, 20_000))).toEqual([401]);
  // The connection was closed, and not given up by the client after its 20 seconds.
  expect(performance.now() - startedAt).toBeLessThan(15_000);
});

test("what is no JSON is answered with -32700, and no word of it", async () => {
  const place = await gatewayPlace();
  const { port, json: headers } = await started(place);
  const secret = place.secret();
  const bodies: readonly (readonly [string, Uint8Array | string])[] = [
    ["text", secret],
    ["an open string", `{"method": "${secret}`],
    ["a key twice, then nonsense", `{"${secret}": 1, "${secret}": 2 ${secret}`],
    ["nothing", ""],
    ["201 levels", `${"[".repeat(201)}${"]".repeat(201)}`],
    ["a hundred thousand levels", "[".repeat(100_000)],
    ["no UTF-8", Buffer.from([...Buffer.from(`{"a":"${secret}`), 0xff, 0x22, 0x7d])],
    ["a surrogate in UTF-8", Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ["UTF-16", Buffer.from(reload, "utf16le")],
    ["gzip", gzipSync(reload)],
    ["JSON5", `{jsonrpc: '2.0', method: '${secret}'}`],
  ];
  for (const [title, body] of bodies) {
    const sent = title === "gzip" ? { ...headers, "content-encoding": "gzip" } : headers;
    const answer = await send({ port }, { method: "POST", path: "/rpc", headers: sent, body });
    expect([title, answer.status]).toEqual([title, 200]);
    expect(JSON.parse(answer.text)).toMatchObject({ jsonrpc: "2.0", id: null, error: { code: -32_700 } });
    assertAbsent(secret, answer.text);
  }
  expect(calls(place)).toEqual(bodies.map(() => undefined));
});

test("a request of 200 levels is still read", async () => {
  const { gateway } = await started(await gatewayPlace());
  const nested = `${"[".repeat(198)}${"]".repeat(198)}`;
  const body = `{"jsonrpc":"2.0","id":1,"method":"secrets.status","params":{"deep":${nested}}}`;
  const target = { socketPath: gateway.socket };
  const headers = { "content-type": "application/json" };
  const { text } = await send(target, { method: "POST", path: "/rpc", headers, body });
  expect(JSON.parse(text)).toMatchObject({ error: { code: -32_602 } });
});

test("other methods and other paths lead nowhere, and a preflight is allowed nothing", async () => {
  const place = await gatewayPlace();
  const { port, json: headers, authorization } = await started(place);
  const preflight = await send(
    { port },
    {
      method: "OPTIONS",
      path: "/rpc",
      headers: {
        origin: "https://attacker.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
      },
    },
  );
  expect(preflight.status).toBe(403);
  expect(Object.keys(preflight.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  for (const method of ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "PROPFIND"]) {
    const answer = await send({ port }, { method, path: "/rpc", headers: { authorization } });
    expect([method, answer.status]).toEqual([method, 404]);
    assertAbsent(authorization, answer.text);
  }
  for (const path of [
    "//rpc",
    "/rpc/",
    "/RPC",
    "/rpc/../rpc",
    "/rpc%00",
    "/rpc;a=b",
    "/",
    "/index.html",
    "/%2frpc",
  ]) {
    const answer = await send({ port }, { method: "POST", path, headers, body: reload });
    expect([path, answer.status]).toEqual([path, 404]);
    expect((await send({ port }, { method: "POST", path, body: reload })).status).toBe(401);
  }
  expect(calls(place)).toEqual([]);
  const query = await send({ port }, { method: "POST", path: "/rpc?x", headers, body: reload });
  expect(query.status).toBe(200);
  expect((await send({ port }, { method: "POST", path: "/%72pc", body: reload })).status).toBe(401);
  expect((await send({ port }, { method: "HEAD", path: "/events", headers: { authorization } })).status).toBe(
    404,
  );
});

test("a path that is none is refused without a word of it", async () => {
  const place = await gatewayPlace();
  const { port } = await started(place);
  const secret = place.secret();
  const text = await talk(port, `GET /%zz${secret} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  expect(statuses(text)).toEqual([400]);
  assertAbsent(secret, text);
});

test("what is no HTTP, or cannot be told from two requests, is refused", async () => {
  const place = await gatewayPlace();
  const { port, authorization } = await started(place);
  const head = (lines: string): string => `POST /rpc HTTP/1.1\r\n${lines}\r\n\r\n`;
  const own = `Authorization: ${authorization}\r\nContent-Type: application/json\r\nConnection: close`;
  const cases: readonly [string, string, number][] = [
    ["nonsense", "\x16\x03\x01\x02\0", 400],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
    ["no Host", head(own), 400],
    ["a header with a NUL", head(`Host: localhost\r\n${own}\r\nX: a\0b`), 400],
    ["two lengths", head(`Host: localhost\r\n${own}\r\nContent-Length: 1\r\nContent-Length: 2`), 400],
    [
      "a length and chunks",
      head(`Host: localhost\r\n${own}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked`),
      400,
    ],
    ["a very long header", head(`Host: localhost\r\n${own}\r\nX: ${"x".repeat(70_000)}`), 431],
    ["an expectation", head(`Host: localhost\r\n${own}\r\nExpect: 200-ok\r\nContent-Length: 0`), 417],
  ];
  for (const [title, bytes, status] of cases) {
    const text = await talk(port, bytes);
    expect([title, statuses(text)]).toEqual([title, [status]]);
    assertAbsent(authorization, text);
  }
  expect(statuses(await talk(port, `GET /healthz HTTP/1.0\r\n\r\n`))).toEqual([403]);
  expect(calls(place)).toEqual([]);
});

test("of pipelined requests each is judged on its own, and one that is refused is not dispatched", async () => {
  const place = await gatewayPlace();
  const { port, authorization } = await started(place);
  const kept = post(port, authorization, [json]).replace("Connection: close\r\n", "");
  const foreign = kept.replace("Host: localhost", "Host: attacker.example");
  const text = await talk(port, `${kept}${kept}${foreign}`);
  expect(statuses(text)).toEqual([200, 200, 403]);
  expect(calls(place)).toEqual(["secrets.reload", "secrets.reload"]);
});

test("guesses on one connection are counted like those on many", async () => {
  const { port, token } = await started(await gatewayPlace());
  for (let index = 0; index < 10; index++) await talk(port, post(port, `Bearer guess-${index}`, [json]));
  const [status] = statuses(await talk(port, post(port, `Bearer ${token}`, [json])));
  expect(status).toBe(429);
});

test("over the socket neither Host nor Origin nor a credential is asked for", async () => {
  const { gateway } = await started(await gatewayPlace());
  const target = { socketPath: gateway.socket };
  const headers = { host: "whatever.example", origin: "null" };
  expect((await callRpc(target, "secrets.status", {}, headers)).status).toBe(200);
  expect((await send(target, { path: "/metrics", headers })).status).toBe(200);
  expect((await send(target, { path: "/anything" })).status).toBe(404);
  await expect(ownerOf(gateway).health()).resolves.toEqual({ ok: true, pid: process.pid });
});

test("no answer may be kept by anyone on the way", async () => {
  const { gateway, port, json: headers } = await started(await gatewayPlace());
  const requests = [
    { path: "/healthz" },
    { path: "/metrics" },
    { path: "/nowhere", headers },
    { method: "POST", path: "/rpc", headers, body: reload },
  ];
  for (const target of [{ port }, { socketPath: gateway.socket }])
    for (const request of requests)
      expect((await send(target, request)).headers["cache-control"]).toBe("no-store");
});
