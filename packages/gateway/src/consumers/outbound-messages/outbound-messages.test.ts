import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import type { OutboundMessage } from "@durar/gateway-client";
import { canary } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { PATIENT } from "../../fixtures/disk-gateway.ts";
import { gatewayPlace, ownerOf, refTo, type LogLine } from "../../fixtures/gateway-place.ts";
import {
  CHANNELS,
  FIELDS,
  json,
  serviceStandIn,
  type Channel,
  type ServiceStandIn,
} from "../../fixtures/message-services.ts";
import { outboundMessages, type OutboundMessageOptions } from "./outbound-messages.ts";

/** A message that each service takes. */
const MESSAGE = {
  telegram: { channel: "telegram", to: "@room", text: "hello" },
  discord: { channel: "discord", to: "1234", text: "hello" },
  slack: { channel: "slack", to: "C1", text: "hello" },
} as const satisfies Record<Channel, OutboundMessage>;

type Settings = Readonly<Record<string, unknown>>;

interface PlaceOptions extends OutboundMessageOptions {
  /** Settings of the channel besides its credential and where its service is. */
  readonly settings?: Settings;
}

/** A gateway that sends through one channel, whose credential is a ref. */
async function place(channel: Channel, { settings = {}, ...options }: PlaceOptions = {}) {
  const at = await gatewayPlace();
  const service = await serviceStandIn(channel);
  const token = at.secret();
  await at.writeSecrets({ token });
  const configure = (more: Settings): Promise<void> =>
    at.writeConfig({
      channels: {
        [channel]: { [FIELDS[channel]]: refTo("token"), apiBaseUrl: service.baseUrl, ...settings, ...more },
      },
    });
  await configure({});
  const gateway = await at.start({ consumers: [outboundMessages(options)] });
  const client = ownerOf(gateway);
  const send = (more: Partial<OutboundMessage> = {}, signal?: AbortSignal) =>
    client.call("message.send", { ...MESSAGE[channel], ...more }, { signal });
  /** What a message that is not sent is answered with. */
  const refusal = async (more: Partial<OutboundMessage> = {}): Promise<string> => {
    const outcome = await send(more).then(
      () => "sent",
      (error: unknown) => error as { dataCode: string; message: string },
    );
    return typeof outcome === "string"
      ? outcome
      : `${outcome.dataCode}: ${outcome.message.replace("message.send failed: ", "")}`;
  };
  const secret = (): string => at.secret();
  const writeSecrets = (values: Readonly<Record<string, string>>): Promise<void> => at.writeSecrets(values);
  const log = (): readonly LogLine[] => at.log();
  return { secret, writeSecrets, log, service, token, gateway, client, send, refusal, configure };
}

/** Answers requests of a service with these, one each, before it answers as usual. */
function answer(service: ServiceStandIn, status: number, body: object, headers: Record<string, string> = {}) {
  service.next.push((_request, response) => json(response, status, body, headers));
}

describe("a message", () => {
  test.each(CHANNELS)("is sent through %s with the credential in force, and its id told", async (channel) => {
    const { send, service, token } = await place(channel);
    const { messageId } = await send();
    expect(messageId).toMatch(/^(1|1001|1700000000\.000001)$/);
    expect(service.calls.map((call) => call.token)).toEqual([token]);
  });

  test("to telegram may be a reply, in a thread", async () => {
    const { send, service } = await place("telegram");
    await send({ replyTo: "17", thread: "3" });
    expect(service.calls[0]?.body).toEqual({
      chat_id: "@room",
      text: "hello",
      reply_parameters: { message_id: 17 },
      message_thread_id: 3,
    });
  });

  test("to discord may be a reply, in a thread, which is a channel there", async () => {
    const { send, service } = await place("discord");
    await send({ replyTo: "17", thread: "5678" });
    expect(service.calls[0]).toMatchObject({
      path: "/channels/5678/messages",
      body: { content: "hello", message_reference: { message_id: "17" } },
    });
  });

  test("to slack is a reply in the thread of what it replies to", async () => {
    const { send, service } = await place("slack");
    await send({ replyTo: "1512085950.000216" });
    await send({ thread: "1512085950.000216" });
    expect(service.calls.map(({ body }) => body["thread_ts"])).toEqual([
      "1512085950.000216",
      "1512085950.000216",
    ]);
  });

  test("that the service cannot take is refused with the rule, and nothing is sent", async () => {
    const { refusal, service } = await place("slack");
    expect(await refusal({ replyTo: "17" })).toBe(
      "MESSAGE_INVALID: replyTo must be a timestamp such as 1512085950.000216, as slack names messages",
    );
    expect(await refusal({ replyTo: "1.1", thread: "1.2" })).toMatch(
      /^MESSAGE_INVALID: replyTo must be the same/,
    );
    expect(service.calls).toEqual([]);
    const at = await place("discord");
    expect(await at.refusal({ to: "../users/@me", thread: "x" })).toBe(
      "MESSAGE_INVALID: to must be an id of digits, as discord names channels and messages; thread must be an id of digits, as discord names channels and messages",
    );
    expect(at.service.calls).toEqual([]);
  });

  test("without a text or to a channel that is none is refused by the rule of the parameter", async () => {
    const { client } = await place("slack");
    const bad = { ...MESSAGE.slack, channel: "pigeon" as "slack", text: "" };
    await expect(client.call("message.send", bad)).rejects.toThrow(/channel must be .*; text must/);
  });
});

describe("the credential of a message", () => {
  test("is the account's own where it has one, and else the channel's", async () => {
    const { send, service, token, configure, gateway, secret, writeSecrets } = await place("telegram");
    const own = secret();
    await writeSecrets({ token, own });
    await configure({ accounts: { own: { botToken: refTo("own") }, heir: {}, blank: { botToken: "" } } });
    await gateway.reload();
    await send({ account: "own" });
    await send({ account: "heir" });
    await send({ account: "blank" });
    await send();
    expect(service.calls.map((call) => call.token)).toEqual([own, token, token, token]);
  });

  test("is never another one than that: what is off, unknown or without a credential sends nothing", async () => {
    const { refusal, service, configure, gateway, token } = await place("telegram");
    const accounts = {
      off: { enabled: false, botToken: token },
      file: { tokenFile: "/run/token" },
      heir: {},
    };
    await configure({ accounts });
    await gateway.reload();
    expect(await refusal({ account: "off" })).toBe(
      "MESSAGE_CREDENTIAL_MISSING: channels.telegram.accounts.off is off",
    );
    expect(await refusal({ account: "nobody" })).toBe(
      "MESSAGE_CREDENTIAL_MISSING: channels.telegram.accounts.nobody is not configured",
    );
    expect(await refusal({ account: "file" })).toMatch(/botToken is not in use: tokenFile is used instead/);
    await configure({ accounts: { own: { botToken: token } } });
    await gateway.reload();
    expect(await refusal()).toBe(
      "MESSAGE_CREDENTIAL_MISSING: channels.telegram.botToken is not in use: no account inherits it: each that is on has its own",
    );
    await configure({ enabled: false });
    await gateway.reload();
    expect(await refusal()).toBe("MESSAGE_CREDENTIAL_MISSING: channels.telegram is off");
    await configure({ botToken: "" });
    await gateway.reload();
    expect(await refusal()).toBe(
      "MESSAGE_CREDENTIAL_MISSING: channels.telegram.botToken holds no credential",
    );
    expect(service.calls).toEqual([]);
  });

  test.each(CHANNELS)(
    "of a message through %s may come with it: it is used once, and nothing is activated",
    async (channel) => {
      const { send, service, gateway, secret, log, token } = await place(channel);
      const explicit = secret();
      const before = JSON.stringify(gateway.status());
      await send({ token: explicit });
      await send();
      expect(service.calls.map((call) => call.token)).toEqual([explicit, token]);
      expect(JSON.stringify(gateway.status())).toBe(before);
      expect(log().filter(({ code }) => code === "SECRETS_ACTIVATED")).toHaveLength(1);
    },
  );

  test.each(["__proto__", "constructor", "toString", "a.b", "../x", "*"])(
    "of the account %j is none that nobody has configured",
    async (account) => {
      const { refusal, service } = await place("telegram");
      expect(await refusal({ account })).toMatch(/^MESSAGE_CREDENTIAL_MISSING: .* is not configured$/);
      expect(service.calls).toEqual([]);
    },
  );

  test("that comes with the message needs no channel to be configured", async () => {
    const { refusal, configure, gateway, secret } = await place("slack", { timeoutMs: 20_000 });
    await configure({ enabled: false });
    await gateway.reload();
    expect(await refusal({ token: secret() })).toBe("sent");
  });

  test("that could be anything else than a credential is not sent", async () => {
    const { refusal, service } = await place("telegram");
    expect(await refusal({ token: "x/../y" })).toBe(
      "MESSAGE_CREDENTIAL_REFUSED: the token of the message holds a character that no credential of telegram has",
    );
    expect(service.calls).toEqual([]);
    const { refusal: slack } = await place("slack");
    expect(await slack({ token: "x\r\nhost: y" })).toMatch(/^MESSAGE_CREDENTIAL_REFUSED/);
  });

  test.each(CHANNELS)("that %s does not accept is named by its path", async (channel) => {
    const { refusal, service, token } = await place(channel);
    answer(service, channel === "slack" ? 200 : 401, { ok: false, error: "invalid_auth", text: token });
    answer(service, channel === "slack" ? 200 : 401, { ok: false, error: "invalid_auth", text: token });
    expect(await refusal()).toBe(
      `MESSAGE_CREDENTIAL_REFUSED: ${channel} does not accept channels.${channel}.${FIELDS[channel]}`,
    );
    expect(await refusal({ token: canary() })).toBe(
      `MESSAGE_CREDENTIAL_REFUSED: ${channel} does not accept the token of the message`,
    );
  });

  test.each(CHANNELS)(
    "is one complete token in each of 1,000 messages through %s, the old one before a rotation and the new one after",
    { timeout: 120_000 },
    async (channel) => {
      const { send, service, token, gateway, secret, writeSecrets } = await place(channel);
      const rotated = secret();
      const phases = { old: 400, during: 300, new: 300 };
      const sendMany = async (count: number): Promise<void> => {
        for (let sent = 0; sent < count; sent += 20)
          await Promise.all(Array.from({ length: 20 }, () => send()));
      };
      await sendMany(phases.old);
      const during = sendMany(phases.during);
      await writeSecrets({ token: rotated });
      await gateway.reload();
      const atReload = service.calls.length;
      await during;
      await sendMany(phases.new);
      const sent = service.calls.map((call) => call.token);
      expect(sent).toHaveLength(1_000);
      expect(new Set(sent)).toEqual(new Set([token, rotated]));
      expect(new Set(sent.slice(0, phases.old))).toEqual(new Set([token]));
      // Those on their way at the reload may have read the old one.
      expect(new Set(sent.slice(atReload + 20))).toEqual(new Set([rotated]));
    },
  );
});

describe("a service that limits the rate", () => {
  const limits: Readonly<Record<Channel, readonly [object, Record<string, string>]>> = {
    telegram: [{ ok: false, error_code: 429, parameters: { retry_after: 0.2 } }, {}],
    discord: [{ message: "limited", retry_after: 0.2, global: false }, {}],
    slack: [{ ok: false, error: "ratelimited" }, { "retry-after": "0.2" }],
  };

  test.each(CHANNELS)("%s gets the message again after the time it said, and not before", async (channel) => {
    const { send, service } = await place(channel);
    const [body, headers] = limits[channel];
    let limitedAt = 0;
    service.next.push((_request, response) => {
      limitedAt = performance.now();
      json(response, 429, body, headers);
    });
    await send();
    expect(service.calls).toHaveLength(2);
    expect(performance.now() - limitedAt).toBeGreaterThanOrEqual(199);
  });

  const spellings: readonly (readonly [string, Record<string, string>, object])[] = [
    ["for longer than anybody waits", { "retry-after": "172800" }, {}],
    ["for ever", { "retry-after": "Infinity" }, {}],
    ["in its answer, for ever", {}, { parameters: { retry_after: Number.MAX_VALUE } }],
  ];
  test.each(spellings)("%s is asked no more", async (_title, headers, body) => {
    const { refusal, service } = await place("telegram");
    answer(service, 429, body, headers);
    expect(await refusal()).toBe("MESSAGE_RATE_LIMITED: telegram takes no message for another 86400 s");
    expect(await refusal()).toMatch(/^MESSAGE_RATE_LIMITED/);
    expect(service.calls).toHaveLength(1);
  });

  test.each(["-5", "soon", "NaN", ""])("and says %j of how long gets the message again", async (seconds) => {
    const { refusal, service } = await place("telegram");
    answer(service, 429, { parameters: { retry_after: -1 } }, { "retry-after": seconds });
    expect(await refusal()).toBe("sent");
    expect(service.calls).toHaveLength(2);
  });

  test("without end gets the message no more often than it can bear, until its time is over", async () => {
    const { refusal, service } = await place("telegram", { timeoutMs: 600 });
    for (let times = 0; times < 100; times++) answer(service, 429, { parameters: { retry_after: 0 } });
    expect(await refusal()).toMatch(/^MESSAGE_RATE_LIMITED|^MESSAGE_TIMEOUT/);
    expect(service.calls.length).toBeLessThanOrEqual(7);
  });

  test("lets a gateway close that has a message waiting", async () => {
    const { client, service, gateway } = await place("slack", { timeoutMs: 600_000 });
    answer(service, 429, {}, { "retry-after": "500" });
    const waiting = client.call("message.send", MESSAGE.slack, { timeoutMs: 60_000 });
    const outcome = expect(waiting).rejects.toThrow();
    await expect.poll(() => service.calls.length, PATIENT).toBe(1);
    await gateway.close();
    await outcome;
    expect(service.calls).toHaveLength(1);
  });

  test("holds back other messages with the same credential too, and none with another", async () => {
    const { send, refusal, service, secret } = await place("slack", { timeoutMs: 20_000 });
    answer(service, 429, {}, { "retry-after": "3600" });
    expect(await refusal()).toBe("MESSAGE_RATE_LIMITED: slack takes no message for another 3600 s");
    expect(await refusal()).toMatch(/^MESSAGE_RATE_LIMITED/);
    expect(service.calls).toHaveLength(1);
    await send({ token: secret() });
    expect(service.calls).toHaveLength(2);
  });

  test("gets the message with the credential that is in force by then", async () => {
    const { send, service, gateway, secret, writeSecrets, token } = await place("discord");
    const rotated = secret();
    answer(service, 429, { retry_after: 1 });
    const sending = send();
    await expect.poll(() => service.calls.length, PATIENT).toBe(1);
    await writeSecrets({ token: rotated });
    await gateway.reload();
    await sending;
    expect(service.calls.map((call) => call.token)).toEqual([token, rotated]);
  });
});

describe("a service that does not do as it should", () => {
  type Misbehaviour = readonly [
    what: string,
    code: string,
    behave: (request: IncomingMessage, response: ServerResponse, token: string) => void,
  ];
  const misbehaviours: readonly Misbehaviour[] = [
    [
      "redirects",
      "MESSAGE_UNREACHABLE: telegram answered with a redirect, which is not followed",
      (request, response) => response.writeHead(307, { location: request.url }).end(),
    ],
    [
      "answers something else",
      "MESSAGE_UNREACHABLE: what answers is not the interface of telegram",
      (_request, response, token) => response.end(`<html>${token}`),
    ],
    [
      "answers without end",
      "MESSAGE_UNREACHABLE: telegram answered with more than its interface ever does",
      (_request, response) => void response.write("x".repeat(300 * 1024)),
    ],
    [
      "hangs up",
      "MESSAGE_UNREACHABLE: telegram could not be reached, or closed the connection before it answered",
      (request) => request.socket.destroy(),
    ],
    [
      "refuses",
      "MESSAGE_REFUSED: telegram answered with status 400",
      (_request, response, token) =>
        json(response, 400, { ok: false, error_code: 400, description: `Bad Request: ${token}` }),
    ],
    [
      "fails",
      "MESSAGE_REFUSED: telegram answered with status 502",
      (_request, response) => json(response, 502, {}),
    ],
  ];
  test.each(misbehaviours)(
    "%s: the message fails with %s, and is not repeated",
    async (_what, expected, behave) => {
      const { refusal, service, token } = await place("telegram");
      service.next.push((request, response) => behave(request, response, token));
      expect(await refusal()).toBe(expected);
      expect(service.calls).toHaveLength(1);
    },
  );

  const encoded: readonly (readonly [string, string, () => Buffer])[] = [
    ["that is far larger than it looks", "gzip", () => gzipSync(Buffer.alloc(64 * 1024 * 1024))],
    ["that is none", "gzip", () => Buffer.from("none")],
    ["in more layers than it has", Array.from({ length: 500 }, () => "gzip").join(), () => Buffer.from("x")],
    ["of another kind", "br, deflate", () => Buffer.from("{}")],
  ];
  test.each(encoded)("answers something compressed %s", async (_what, encoding, body) => {
    const { refusal, service } = await place("telegram");
    service.next.push((_request, response) =>
      response.writeHead(200, { "content-encoding": encoding }).end(body()),
    );
    expect(await refusal()).toMatch(/^MESSAGE_UNREACHABLE/);
    expect(await refusal()).toBe("sent");
  });

  test("answers a byte at a time: the message fails by its deadline", async () => {
    const { refusal, service } = await place("telegram", { timeoutMs: 300 });
    service.next.push((_request, response) => {
      const more = setInterval(() => response.write(" "), 5);
      response.on("close", () => clearInterval(more));
    });
    expect(await refusal()).toMatch(/^MESSAGE_TIMEOUT/);
  });

  test("does not answer: the message fails by its deadline, and may have been sent", async () => {
    const { refusal, service } = await place("telegram", { timeoutMs: 300 });
    service.next.push(() => undefined);
    expect(await refusal()).toBe(
      "MESSAGE_TIMEOUT: telegram did not answer within 300 ms; the message may have been sent",
    );
  });

  test("does not answer a caller that goes away: the request is given up", async () => {
    const { send, service } = await place("telegram");
    let closed = false;
    service.next.push((request) => request.socket.on("close", () => (closed = true)));
    const caller = new AbortController();
    const sending = send({}, caller.signal);
    await expect.poll(() => service.calls.length, PATIENT).toBe(1);
    caller.abort();
    await expect(sending).rejects.toThrow();
    await expect.poll(() => closed, PATIENT).toBe(true);
  });

  test("gives reasons of a closed list, and no words of its own", async () => {
    const { refusal, service, token } = await place("slack");
    for (const error of ["channel_not_found", token]) answer(service, 200, { ok: false, error });
    expect(await refusal()).toBe("MESSAGE_REFUSED: slack refused it: channel_not_found");
    expect(await refusal()).toBe("MESSAGE_REFUSED: slack refused it");
    const at = await place("discord");
    for (const code of [50_001, 123_456_789, at.token]) answer(at.service, 403, { code, message: at.token });
    expect(await at.refusal()).toBe("MESSAGE_REFUSED: discord answered with status 403 and error 50001");
    expect(await at.refusal()).toBe("MESSAGE_REFUSED: discord answered with status 403");
    expect(await at.refusal()).toBe("MESSAGE_REFUSED: discord answered with status 403");
  });
});
