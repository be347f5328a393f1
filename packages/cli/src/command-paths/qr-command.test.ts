import jsQR from "jsqr";
import { assertAbsent, canary } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { durar } from "../fixtures/durar.ts";
import { gatewayProcess } from "../fixtures/gateway.ts";
import { installed } from "../fixtures/installed.ts";

const withRemote = (remote: object): Promise<string> => installed({ gateway: { remote } });

const url = "wss://gateway.example:8443/socket";
const env = (id: string) => ({ source: "env", provider: "default", id });
const terminal = { stdoutIsTerminal: true };

/** What a camera would read on the screen. */
function scanned(screen: string): unknown {
  const lines = screen.split("\n").filter((line) => /^[█▀▄ ]{20,}$/.test(line));
  const pixels = 4;
  const width = (lines[0]?.length ?? 0) * pixels;
  const height = lines.length * 2 * pixels;
  const image = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const row = Math.floor(y / pixels);
      const character = lines[Math.floor(row / 2)]?.[Math.floor(x / pixels)] ?? " ";
      const isLight = (row % 2 === 0 ? "█▀" : "█▄").includes(character);
      image.set(isLight ? [255, 255, 255, 255] : [0, 0, 0, 255], (y * width + x) * 4);
    }
  return JSON.parse(jsQR.default(image, width, height)?.data ?? "null");
}

describe("the code on a terminal", () => {
  test("holds the URL and the token that the gateway has, as a camera reads it", async () => {
    const directory = await withRemote({ url, token: env("REMOTE"), password: env("OTHER") });
    const [token, password] = [canary(), canary()];
    await gatewayProcess(directory, { REMOTE: token, OTHER: password });
    const { exitCode, stdout } = await durar(directory, ["qr", "--remote", "--no-color"], terminal);
    expect(exitCode).toBe(0);
    expect(scanned(stdout)).toEqual({ url, token });
    assertAbsent([token, password], stdout);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("holds the password where there is no token", async () => {
    const password = canary();
    const directory = await withRemote({ url, password });
    const { exitCode, stdout } = await durar(directory, ["qr", "--remote", "--quiet"], {
      ...terminal,
      environment: { Durar_STATE_DIR: directory, NO_COLOR: "1" },
    });
    expect(exitCode).toBe(0);
    expect(scanned(stdout)).toEqual({ url, password });
  });

  test("has a background of its own where there are colours", async () => {
    const directory = await withRemote({ url, token: canary() });
    const { stdout } = await durar(directory, ["qr", "--remote", "--quiet"], terminal);
    for (const line of stdout.trimEnd().split("\n"))
      expect([line.slice(0, 8), line.slice(-4)]).toEqual(["\u001b[97;40m", "\u001b[0m"]);
  });
});

describe("what is no terminal", () => {
  test("gets no code, and nobody is asked for the token", async () => {
    const token = canary();
    const directory = await withRemote({ url, token: env("REMOTE") });
    const gateway = await gatewayProcess(directory, { REMOTE: token });
    const { exitCode, stdout, stderr } = await durar(directory, ["qr", "--remote"]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: "" });
    expect(stderr).toContain("not a terminal");
    expect(gateway.log()).not.toContain("SECRETS_RESOLVED");
  });

  test("gets JSON without the token, and neither does a terminal that asks for it", async () => {
    const token = canary();
    const directory = await withRemote({ url: "wss://user:of-the-proxy@gateway.example/?key=1", token });
    for (const where of [{}, terminal]) {
      const { exitCode, stdout } = await durar(directory, ["qr", "--remote", "--json"], where);
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        url: "wss://gateway.example",
        credential: "token",
        target: { state: "resolved_local" },
      });
      assertAbsent([token, "of-the-proxy"], stdout);
    }
  });
});

test.each([
  [{ token: "as it stands" }, "gateway.remote.url"],
  [{ url: "no URL", token: "as it stands" }, "gateway.remote.url"],
  [{ url }, "gateway.remote.token"],
])("what is missing in %j is named", async (remote, path) => {
  const directory = await withRemote(remote);
  const { exitCode, stderr } = await durar(directory, ["qr", "--remote"], terminal);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(path);
  expect(stderr).toContain("[PATH_ABSENT]");
});

test("what no code can hold is refused, and the largest that one can is shown", async () => {
  const most = 2_953 - JSON.stringify({ url, token: "" }).length;
  const large = await withRemote({ url, token: "k".repeat(most) });
  const { exitCode, stdout } = await durar(large, ["qr", "--remote", "--no-color"], terminal);
  expect(exitCode).toBe(0);
  expect(stdout.split("\n").length).toBeGreaterThan(80);
  const tooLarge = await withRemote({ url, token: "k".repeat(most + 1) });
  const refused = await durar(tooLarge, ["qr", "--remote"], terminal);
  expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
  expect(refused.stderr).toContain("[QR_TOO_LARGE]");
  expect(refused.stderr).not.toContain("kkkk");
});

test("without --remote there is no code", async () => {
  expect((await durar(await withRemote({ url }), ["qr"], terminal)).exitCode).toBe(64);
});
