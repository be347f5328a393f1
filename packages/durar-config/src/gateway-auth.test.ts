import { surveySurface } from "@durar/credential-surface";
import { describe, expect, test } from "vitest";
import {
  createDurarSurface,
  GATEWAY_AUTH_PATHS,
  gatewayAuthActivity,
  locateLayout,
  validateConfig,
  type GatewayAuthPath,
} from "./index.ts";

const layout = locateLayout({ environment: { HOME: "/home/u" } });
const openclaw = locateLayout({ layout: "openclaw", environment: { HOME: "/home/u" } });
const ref = { source: "exec", provider: "vault", id: "key" };

/** What each kind of value in a credential field counts as. */
const fields = { absent: undefined, blank: " ", plain: "s3cret", ref, template: "a${B}" } as const;
type Field = keyof typeof fields;
const modes = [undefined, "token", "password", "none", "trusted-proxy"] as const;
const remotes = {
  none: {},
  local: { mode: "local", tailscale: { mode: "off" }, remote: { url: " " } },
  mode: { mode: "remote" },
  url: { remote: { url: "https://gateway.example" } },
  serve: { tailscale: { mode: "serve" } },
  funnel: { tailscale: { mode: "funnel" } },
} as const;

interface Case {
  readonly mode: (typeof modes)[number];
  readonly envToken: boolean;
  readonly envPassword: boolean;
  readonly token: Field;
  readonly password: Field;
  readonly remote: keyof typeof remotes;
}

function* allCases(): Generator<Case> {
  for (const mode of modes)
    for (const envToken of [false, true])
      for (const envPassword of [false, true])
        for (const token of Object.keys(fields) as Field[])
          for (const password of Object.keys(fields) as Field[])
            for (const remote of Object.keys(remotes) as (keyof typeof remotes)[])
              yield { mode, envToken, envPassword, token, password, remote };
}

/** The rules as the specification words them, each sentence for itself. */
function oracle({
  mode,
  envToken,
  envPassword,
  token,
  password,
  remote,
}: Case): Record<GatewayAuthPath, boolean> {
  const configured = (field: Field): boolean => field !== "absent" && field !== "blank";
  const remoteSurface = remote !== "none" && remote !== "local";
  const tokenAllowed = mode === "token" || mode === undefined;
  const anyToken = envToken || configured(token);
  const passwordAllowed = mode === "password" || (mode === undefined && !anyToken);
  return {
    "gateway.auth.token":
      tokenAllowed && !envToken && (mode === "token" || !(envPassword || configured(password))),
    "gateway.auth.password": passwordAllowed && !envPassword,
    "gateway.remote.token": remoteSurface || (tokenAllowed && !envToken && !configured(token)),
    "gateway.remote.password": remoteSurface || (passwordAllowed && !(envPassword || configured(password))),
  };
}

function configOf({ mode, token, password, remote }: Case): object {
  const auth = { mode, token: fields[token], password: fields[password] };
  return { gateway: { ...remotes[remote], auth } };
}

function environmentOf({ envToken, envPassword }: Case): Record<string, string> {
  return {
    ...(envToken ? { Durar_GATEWAY_TOKEN: "t" } : {}),
    ...(envPassword ? { Durar_GATEWAY_PASSWORD: "p" } : {}),
  };
}

test("each of the four credentials is in use exactly where the specification says, in all 3,000 situations", () => {
  let count = 0;
  for (const one of allCases()) {
    const activity = gatewayAuthActivity({ config: configOf(one), environment: environmentOf(one) }, layout);
    const found = Object.fromEntries(GATEWAY_AUTH_PATHS.map((path) => [path, activity[path].active]));
    expect({ ...one, ...found }).toEqual({ ...one, ...oracle(one) });
    count++;
  }
  expect(count).toBe(3000);
});

test("every situation has a reason in words, which quotes no credential", () => {
  for (const one of allCases()) {
    const activity = gatewayAuthActivity({ config: configOf(one), environment: environmentOf(one) }, layout);
    for (const { reason } of Object.values(activity)) {
      expect(reason).toMatch(/^[\w .,;-]{10,}$/);
      expect(reason).not.toContain("s3cret");
    }
  }
});

describe("the reason names what decided", () => {
  const reasonOf = (
    path: GatewayAuthPath,
    gateway: object,
    environment: Record<string, string> = {},
  ): string => {
    const { active, reason } = gatewayAuthActivity({ config: { gateway }, environment }, layout)[path];
    return `${active ? "on" : "off"}: ${reason}`;
  };
  test.each<[GatewayAuthPath, object, string, Record<string, string>?]>([
    ["gateway.auth.token", {}, "on: gateway.auth.mode is not set, and no password is configured"],
    ["gateway.auth.token", { auth: { mode: "token" } }, "on: gateway.auth.mode is token"],
    ["gateway.auth.token", { auth: { mode: "password" } }, "off: gateway.auth.mode is password"],
    ["gateway.auth.token", { auth: { mode: "tokens" } }, "off: gateway.auth.mode is not a known mode"],
    ["gateway.auth.token", {}, "off: Durar_GATEWAY_TOKEN is set and wins", { Durar_GATEWAY_TOKEN: "t" }],
    ["gateway.auth.token", {}, "off: DURAR_GATEWAY_TOKEN is set and wins", { DURAR_GATEWAY_TOKEN: "t" }],
    [
      "gateway.auth.token",
      {},
      "off: Durar_GATEWAY_PASSWORD is set, and gateway.auth.mode is not set",
      { Durar_GATEWAY_PASSWORD: "p" },
    ],
    [
      "gateway.auth.token",
      { auth: { password: "p" } },
      "off: gateway.auth.password is configured, and gateway.auth.mode is not set",
    ],
    ["gateway.auth.password", {}, "on: gateway.auth.mode is not set, and no token is configured"],
    [
      "gateway.auth.password",
      { auth: { token: "t" } },
      "off: gateway.auth.token is configured, and gateway.auth.mode is not set",
    ],
    [
      "gateway.auth.password",
      {},
      "off: Durar_GATEWAY_TOKEN is set, and gateway.auth.mode is not set",
      { Durar_GATEWAY_TOKEN: "t" },
    ],
    [
      "gateway.auth.password",
      { auth: { mode: "password" } },
      "off: Durar_GATEWAY_PASSWORD is set and wins",
      { Durar_GATEWAY_PASSWORD: "p" },
    ],
    ["gateway.remote.token", { mode: "remote" }, "on: gateway.mode is remote"],
    ["gateway.remote.token", { remote: { url: "wss://x" } }, "on: gateway.remote.url is configured"],
    ["gateway.remote.password", { tailscale: { mode: "funnel" } }, "on: gateway.tailscale.mode is funnel"],
    ["gateway.remote.token", {}, "on: token auth can win, and no other token is configured"],
    [
      "gateway.remote.token",
      { auth: { token: "t" } },
      "off: gateway.auth.token is configured; no remote gateway is configured",
    ],
    [
      "gateway.remote.token",
      {},
      "off: Durar_GATEWAY_TOKEN is set; no remote gateway is configured",
      { Durar_GATEWAY_TOKEN: "t" },
    ],
    [
      "gateway.remote.token",
      { auth: { mode: "none" } },
      "off: gateway.auth.mode is none; no remote gateway is configured",
    ],
    [
      "gateway.remote.password",
      { auth: { mode: "password", password: "p" } },
      "off: gateway.auth.password is configured; no remote gateway is configured",
    ],
    [
      "gateway.remote.password",
      { auth: { token: "t" } },
      "off: gateway.auth.token is configured, and gateway.auth.mode is not set; no remote gateway is configured",
    ],
    ["gateway.remote.password", {}, "on: password auth can win, and no other password is configured"],
  ])("%s in %j: %s", (path, gateway, expected, environment) => {
    expect(reasonOf(path, gateway, environment)).toBe(expected);
  });
});

test("the openclaw layout reads its own variables and no others", () => {
  const token = (environment: Record<string, string>) =>
    gatewayAuthActivity({ config: {}, environment }, openclaw)["gateway.auth.token"].active;
  expect(token({ OPENCLAW_GATEWAY_TOKEN: "t" })).toBe(false);
  expect(token({ Durar_GATEWAY_TOKEN: "t", DURAR_GATEWAY_TOKEN: "t" })).toBe(true);
});

test("a blank variable is not set", () => {
  const { active } = gatewayAuthActivity({ config: {}, environment: { Durar_GATEWAY_TOKEN: " " } }, layout)[
    "gateway.auth.token"
  ];
  expect(active).toBe(true);
});

test("the surface decides with the same truth table", () => {
  const surface = createDurarSurface(layout);
  const config = { gateway: { mode: "remote", auth: { token: ref }, remote: { token: ref, password: ref } } };
  const { entries } = surveySurface(surface, {
    stores: [{ kind: "config", value: config }],
    environment: { Durar_GATEWAY_TOKEN: "t" },
  });
  expect(entries.map(({ place, activity }) => [place.target.id, activity.active])).toEqual([
    ["gateway.auth.token", false],
    ["gateway.remote.token", true],
    ["gateway.remote.password", true],
  ]);
});

test("token and password both configured without a mode is an error that says how to choose", () => {
  for (const one of allCases()) {
    const auth = configOf(one);
    const issues = validateConfig(JSON.parse(JSON.stringify(auth))).filter(
      ({ path }) => path.join(".") === "gateway.auth",
    );
    const configured = (field: Field): boolean => field !== "absent" && field !== "blank";
    const ambiguous = one.mode === undefined && configured(one.token) && configured(one.password);
    expect(issues.length, JSON.stringify(auth)).toBe(ambiguous ? 1 : 0);
    if (ambiguous) expect(issues[0]?.rule).toMatch(/set mode to "token" or "password"/);
  }
});
