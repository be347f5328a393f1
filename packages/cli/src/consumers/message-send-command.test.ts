import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text as readText } from "node:stream/consumers";
import { assertAbsent, canary, temporaryDirectory, writePrivate } from "@durar/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Surroundings } from "../console.ts";
import { durar } from "../fixtures/durar.ts";
import { gatewayProcess } from "../fixtures/gateway.ts";

interface Call {
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** Something that answers as Slack does, and keeps what it was asked. */
async function slackStandIn(answer: object) {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    void readText(request).then((body) => {
      calls.push({ authorization: request.headers.authorization, body: JSON.parse(body) as unknown });
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { calls, apiBaseUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` };
}

/** A gateway as a process, whose Slack is the stand-in. */
async function place(answer: object = { ok: true, ts: "1700000000.000100" }) {
  const [token, explicit] = [canary(), canary()];
  const directory = await temporaryDirectory();
  const { calls, apiBaseUrl } = await slackStandIn(answer);
  const channels = { slack: { botToken: "${SLACK_BOT}", appToken: "${SLACK_BOT}", apiBaseUrl } };
  await writePrivate(join(directory, "Durar.json"), JSON.stringify({ channels }));
  await writePrivate(join(directory, "explicit"), `${explicit}\n`);
  const gateway = await gatewayProcess(directory, { SLACK_BOT: token });
  const send = async (args: readonly string[], more: Partial<Surroundings> = {}) => {
    const result = await durar(directory, ["message", "send", ...args], more);
    assertAbsent([token, explicit], result.stdout + result.stderr + gateway.log());
    return result;
  };
  return { directory, calls, token, explicit, send, gateway };
}

const TO = ["--channel", "slack", "--to", "C024BE91L"];

describe("durar message send", () => {
  test("sends with the credential that the gateway has in force, which this shell does not have", async () => {
    const { send, calls, token, gateway } = await place();
    expect(await send([...TO, "--text", "done"])).toEqual({
      exitCode: 0,
      stdout: "sent through slack: the message is 1700000000.000100 there\n",
      stderr: "",
    });
    const { stdout } = await send([...TO, "--text", "done", "--thread", "1512085950.000216", "--json"]);
    expect(JSON.parse(stdout)).toEqual({ ok: true, channel: "slack", messageId: "1700000000.000100" });
    expect(calls).toEqual([
      { authorization: `Bearer ${token}`, body: { channel: "C024BE91L", text: "done" } },
      {
        authorization: `Bearer ${token}`,
        body: { channel: "C024BE91L", text: "done", thread_ts: "1512085950.000216" },
      },
    ]);
    expect(gateway.log()).toContain("MESSAGE_SENT");
  });

  test("takes the text, or a token for this message alone, from a file or standard input", async () => {
    const { send, calls, explicit } = await place();
    const readStandardInput = () => Promise.resolve(Buffer.from("two\nlines\n"));
    const args = [...TO, "--text-file", "-", "--channel-token-file", "explicit"];
    expect((await send(args, { readStandardInput })).exitCode).toBe(0);
    expect(calls).toEqual([
      { authorization: `Bearer ${explicit}`, body: { channel: "C024BE91L", text: "two\nlines" } },
    ]);
  });

  test("says why the service did not take it, and what to do", async () => {
    const { send } = await place({ ok: false, error: "token_revoked" });
    const { exitCode, stdout, stderr } = await send([...TO, "--text", "x"]);
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 1,
      stdout: "",
      stderr:
        "durar: message.send failed: slack does not accept channels.slack.botToken [MESSAGE_CREDENTIAL_REFUSED]\n" +
        "  -> store the right credential, then durar secrets reload\n",
    });
  });

  test("exits 69 where no gateway runs", async () => {
    const directory = await temporaryDirectory();
    expect((await durar(directory, ["message", "send", ...TO, "--text", "x"])).exitCode).toBe(69);
  });

  test.each([
    [["--to", "x", "--text", "x"], "--channel is missing"],
    [["--channel", "slack", "--text", "x"], "--to is missing"],
    [TO, "the message is missing, or there are two"],
    [[...TO, "--text", "x", "--text-file", "y"], "the message is missing, or there are two"],
    [[...TO, "--text-file", "-", "--channel-token-file", "-"], "standard input can be read once"],
    [["--channel", "pigeon", "--to", "x", "--text", "x"], "--channel must be telegram, discord or slack"],
  ])("%j is refused before anything is sent: %s", async (args, message) => {
    const directory = await temporaryDirectory();
    const { exitCode, stderr } = await durar(directory, ["message", "send", ...args]);
    expect(exitCode).toBe(64);
    expect(stderr).toContain(message);
  });
});
