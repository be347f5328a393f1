import { temporaryDirectory } from "@durar/testing";
import { expect, test } from "vitest";
import { durar, OBEYED } from "../fixtures/durar.ts";
import { listenInstead } from "../fixtures/other-gateway.ts";

const AT = "2026-01-01T00:00:00.000Z";
const evil = "\u001b[2J\u202e";

/** What a gateway answers whose every text is meant for the terminal. */
const hostile = {
  state: "degraded",
  generation: 1,
  since: AT,
  activatedAt: AT,
  lastAttempt: {
    trigger: evil,
    at: evil,
    durationMs: evil,
    ok: false,
    failures: [{ code: "X", message: evil, hint: evil, paths: [] }],
  },
  nextAttemptAt: evil,
  providers: [{ source: evil, provider: evil, refs: evil }],
  warnings: [{ code: "X", message: evil }],
  gatewayAuthSurface: [{ path: evil, active: true, reason: evil }],
  recentEvents: [],
  gateway: { pid: 1, socket: "/state/gateway.sock" },
};

test.each([["secrets", "status"], ["gateway", "status"], ["status"]])(
  "durar %s %s shows nothing that a terminal would obey, whatever listens in the gateway's place",
  async (...words) => {
    const directory = await temporaryDirectory();
    await listenInstead(directory, hostile);
    const { stdout, stderr } = await durar(directory, words);
    expect(stdout + stderr).not.toMatch(OBEYED);
  },
);

test("a status that is none is refused as what it is", async () => {
  const directory = await temporaryDirectory();
  await listenInstead(directory, { state: evil, generation: 1 });
  const { exitCode, stderr } = await durar(directory, ["secrets", "status"]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("[GATEWAY_PROTOCOL]");
});
