import { existsSync } from "node:fs";
import { DurarError } from "@durar/secretref-schema";
import { describe, expect, test } from "vitest";
import { gatewayPlace, ownerOf, refTo } from "../fixtures/gateway-place.ts";
import { PATIENT } from "../fixtures/disk-gateway.ts";
import type { GatewayConsumer, RunningConsumer } from "./consumer.ts";

/** A consumer that keeps what it was told. */
function recorder(parts: Partial<RunningConsumer> = {}) {
  const told: string[][] = [];
  const steps: string[] = [];
  const consumer: GatewayConsumer = {
    name: "recorder",
    patterns: ["models.providers"],
    create: ({ snapshot, log }) => ({
      methods: {
        "secrets.status": async () => "never asked: the gateway's own methods come first",
        "message.send": async () => ({
          ok: true,
          channel: "slack",
          messageId: String(snapshot().generation),
        }),
      },
      start: async () => {
        log("info", { code: "RECORDER_STARTED" }, "started");
        steps.push("started");
      },
      changed: ({ changedPaths }) => {
        steps.push("changed");
        told.push([...changedPaths]);
      },
      close: async () => {
        steps.push("closed");
      },
      ...parts,
    }),
  };
  return { consumer, told, steps };
}

async function place() {
  const made = await gatewayPlace();
  const secret = made.secret();
  await made.writeSecrets({ openai: secret, talk: secret });
  await made.writeConfig({
    models: { providers: { openai: { apiKey: refTo("openai") } } },
    talk: { apiKey: refTo("talk") },
  });
  return { ...made, old: secret };
}

describe("what uses secrets while the gateway runs", () => {
  test("is started, then told of the first activation, then of changes of its own alone, and closed", async () => {
    const { consumer, told, steps } = recorder();
    const at = await place();
    const gateway = await at.start({ consumers: [consumer] });
    await expect.poll(() => told, PATIENT).toEqual([["models.providers"]]);
    await at.writeSecrets({ openai: at.old, talk: at.secret() });
    await gateway.reload();
    await at.writeSecrets({ openai: at.secret(), talk: at.old });
    await gateway.reload();
    await expect
      .poll(() => told, PATIENT)
      .toEqual([["models.providers"], ["models.providers.openai.apiKey"]]);
    await gateway.close();
    expect(steps).toEqual(["started", "changed", "changed", "closed"]);
    expect(at.log().filter(({ code }) => code === "RECORDER_STARTED")).toHaveLength(1);
  });

  test("answers over RPC, and takes no method of the gateway's own", async () => {
    const { consumer } = recorder();
    const at = await place();
    const client = ownerOf(await at.start({ consumers: [consumer] }));
    expect((await client.call("secrets.status", {})).generation).toBe(1);
    const message = { channel: "slack", to: "someone", text: "hello" } as const;
    expect(await client.call("message.send", message)).toMatchObject({ messageId: "1" });
  });

  test("one that cannot start keeps the gateway from starting, and nothing is left behind", async () => {
    const failure = new DurarError({
      code: "GATEWAY_LISTEN_FAILED",
      kind: "unavailable",
      message: "no",
      hint: "no",
    });
    const first = recorder();
    const second = recorder({ start: () => Promise.reject(failure) });
    const at = await place();
    await expect(at.start({ consumers: [first.consumer, second.consumer] })).rejects.toBe(failure);
    expect(first.steps).toEqual(["started", "closed"]);
    expect(second.steps).toEqual(["closed"]);
    expect(existsSync(`${at.directory}/gateway.sock`)).toBe(false);
  });

  test("one that throws when it is told stops no other, and is told again", async () => {
    let times = 0;
    const broken = recorder({
      changed: () => {
        times++;
        throw new Error("no");
      },
    });
    const sound = recorder();
    const at = await place();
    const gateway = await at.start({ consumers: [broken.consumer, sound.consumer] });
    await at.writeSecrets({ openai: at.secret(), talk: at.old });
    await gateway.reload();
    await expect.poll(() => [times, sound.told.length], PATIENT).toEqual([2, 2]);
    expect(at.log().filter(({ code }) => code === "SECRETS_CONSUMER_FAILED")).toHaveLength(2);
  });
});
