import { chmod, chown } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { root, temporaryDirectory, testWith } from "@durar/testing";
import { expect, onTestFinished } from "vitest";
import { createGatewayClient } from "./index.ts";

const [own, other] = [65_534, 65_533];

/** A socket that everybody can use, and how many requests reached it. */
async function openSocket(owner: number) {
  const directory = await temporaryDirectory();
  await chmod(directory, 0o755);
  const socket = join(directory, "gateway.sock");
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.end('{"ok":true}');
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((listening) => server.listen(socket, listening));
  await chmod(socket, 0o777);
  await chown(socket, owner, owner);
  return { socket, requests: () => requests };
}

/** Does something as a user who is not root. */
async function asUser<Result>(act: () => Promise<Result>): Promise<Result> {
  process.seteuid?.(own);
  try {
    return await act();
  } finally {
    process.seteuid?.(0);
  }
}

testWith(root, "a socket that another user made is refused, and nothing is sent to it", async () => {
  const { socket, requests } = await openSocket(other);
  const client = createGatewayClient({ socket });
  const refused = expect.objectContaining({
    code: "GATEWAY_SOCKET_OWNER",
    message: expect.stringContaining(`user ${other}`) as string,
  }) as Error;
  await asUser(async () => {
    await expect(client.health()).rejects.toEqual(refused);
    await expect(client.call("config.get", {})).rejects.toEqual(refused);
    await expect(client.events()[Symbol.asyncIterator]().next()).rejects.toEqual(refused);
  });
  expect(requests()).toBe(0);
});

testWith(root, "one's own socket and root's are used, and root uses every socket", async () => {
  for (const owner of [own, 0]) {
    const { socket } = await openSocket(owner);
    expect(await asUser(() => createGatewayClient({ socket }).health())).toEqual({ ok: true });
  }
  const { socket } = await openSocket(other);
  expect(await createGatewayClient({ socket }).health()).toEqual({ ok: true });
});
