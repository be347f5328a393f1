import { createHash } from "node:crypto";
import { mkdir, realpath, symlink } from "node:fs/promises";
import { join, relative } from "node:path";
import { assertNoLeak, canary, temporaryDirectory } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { gatewaySocketPath } from "./index.ts";

const longest = process.platform === "linux" ? 107 : 103;

/** A path of so many bytes below a directory. */
function pathOf(bytes: number, directory: string): string {
  return join(directory, "d".repeat(bytes - Buffer.byteLength(directory) - 1));
}

function hashOf(directory: string): string {
  return createHash("sha256").update(directory).digest("hex").slice(0, 16);
}

describe("the socket of a gateway", () => {
  test("lies in its state directory, whatever XDG_RUNTIME_DIR says", async () => {
    const state = await realpath(await temporaryDirectory());
    expect(gatewaySocketPath(state, Object.freeze({ XDG_RUNTIME_DIR: "/run/user/1" }))).toBe(
      join(state, "gateway.sock"),
    );
  });

  test("is the same through a link, and by a relative path", async () => {
    const directory = await realpath(await temporaryDirectory());
    const state = join(directory, "state");
    await mkdir(state);
    await symlink(state, join(directory, "link"));
    const socket = join(state, "gateway.sock");
    expect(gatewaySocketPath(join(directory, "link"), {})).toBe(socket);
    expect(gatewaySocketPath(relative(process.cwd(), state), {})).toBe(socket);
  });

  test("lies in the state directory up to the longest path of a socket, and one byte later elsewhere", () => {
    const environment = { XDG_RUNTIME_DIR: "/run/user/1" };
    const room = longest - "/gateway.sock".length;
    const fits = pathOf(room, "/nowhere");
    expect(gatewaySocketPath(fits, environment)).toBe(`${fits}/gateway.sock`);
    const tooLong = pathOf(room + 1, "/nowhere");
    expect(gatewaySocketPath(tooLong, environment)).toBe(`/run/user/1/durar-${hashOf(tooLong)}.sock`);
  });

  test("is measured in bytes, not in characters", () => {
    const state = `/${"é".repeat(50)}`;
    expect(gatewaySocketPath(state, { XDG_RUNTIME_DIR: "/run/user/1" })).toBe(
      `/run/user/1/durar-${hashOf(state)}.sock`,
    );
  });

  test("is one and the same for a short link to a directory with a long path", async () => {
    const directory = await realpath(await temporaryDirectory());
    const state = pathOf(longest, directory);
    await mkdir(state);
    await symlink(state, join(directory, "l"));
    const environment = { XDG_RUNTIME_DIR: "/run/user/1" };
    expect(gatewaySocketPath(join(directory, "l"), environment)).toBe(gatewaySocketPath(state, environment));
  });

  test.each([
    ["not set", undefined, "XDG_RUNTIME_DIR is not set"],
    ["empty", "", "XDG_RUNTIME_DIR is not set"],
    ["relative", "run", "XDG_RUNTIME_DIR is not set"],
    ["too long as well", pathOf(longest, "/run"), "below XDG_RUNTIME_DIR it is too"],
  ])("is refused where it is too long and XDG_RUNTIME_DIR is %s", (_title, runtime, reason) => {
    expect(() => gatewaySocketPath(pathOf(longest, "/nowhere"), { XDG_RUNTIME_DIR: runtime })).toThrow(
      expect.objectContaining({
        code: "GATEWAY_SOCKET_PATH",
        message: expect.stringContaining(reason) as string,
      }),
    );
  });
});

test("no other variable of the environment is in the error", async () => {
  const secret = canary();
  const outcome = await assertNoLeak(secret, () =>
    gatewaySocketPath(pathOf(longest, "/nowhere"), { GATEWAY_TOKEN: secret }),
  );
  expect(outcome.threw).toBe(true);
});
