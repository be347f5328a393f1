import { describe, expect, test } from "vitest";
import { sshSandboxes, sshSandboxOf } from "./index.ts";

const ssh = { backend: "ssh", mode: "all" };
const defaults = { sandbox: { ...ssh, ssh: { target: "all@host", identityData: "d", knownHostsData: "d" } } };
const config = (list?: readonly object[], shared: object = defaults) => ({
  agents: { defaults: shared, list },
});

describe("the ssh sandbox of an agent", () => {
  test("goes by the agent's own settings, key by key, and else by the defaults", () => {
    const own = {
      id: "b",
      sandbox: { ssh: { target: "b@host", identityData: "own", certificateData: null } },
    };
    expect(sshSandboxOf(config([{ id: "a" }, own]), "b")).toEqual({
      kind: "ssh",
      sandbox: {
        agentId: "b",
        target: "b@host",
        material: {
          identityData: ["agents", "list", "1", "sandbox", "ssh", "identityData"],
          certificateData: ["agents", "defaults", "sandbox", "ssh", "certificateData"],
          knownHostsData: ["agents", "defaults", "sandbox", "ssh", "knownHostsData"],
        },
      },
    });
  });

  test("follows its entry when the list is reordered or holds malformed entries", () => {
    const entry = (id: string) => ({ id, sandbox: { ssh: { identityData: `of ${id}` } } });
    const at = (list: readonly unknown[], id: string) => {
      const answer = sshSandboxOf({ agents: { defaults, list } }, id);
      return answer.kind === "ssh" ? answer.sandbox.material.identityData[2] : answer.kind;
    };
    expect([at([entry("a"), entry("b")], "a"), at([entry("b"), entry("a")], "a")]).toEqual(["0", "1"]);
    expect(at([5, {}, entry("a")], "a")).toBe("2");
  });

  test.each([
    [config(), "main", "ssh"],
    [config(), "other", "unknown"],
    [config([{ id: "a" }]), "a", "ssh"],
    // Its credentials would not be in use: activation counts the agents that are listed.
    [config([{ id: "a" }]), "main", "unknown"],
    [config([{ id: "a", enabled: false }]), "a", "off"],
    [config([{ id: "a", sandbox: { backend: "docker" } }]), "a", "other-backend"],
    [config([{ id: "a", sandbox: { mode: "off" } }]), "a", "other-backend"],
    [config([{ id: "a" }], {}), "a", "other-backend"],
    [config([{ id: "a", sandbox: ssh }], {}), "a", "ssh"],
    [null, "main", "other-backend"],
  ] as const)("in %j, of %s: %s", (value, id, kind) => {
    expect(sshSandboxOf(value, id).kind).toBe(kind);
  });

  test("has no target where none is written", () => {
    const answer = sshSandboxOf(config([{ id: "a", sandbox: ssh }], {}), "a");
    expect(answer).toMatchObject({ sandbox: { target: undefined } });
  });
});

test("those in use are of every listed agent that is on, or of the default agent", () => {
  const ids = (value: unknown) => sshSandboxes(value).map(({ agentId }) => agentId);
  expect(ids(config())).toEqual(["main"]);
  expect(ids(config([{ id: "a" }, { id: "b", enabled: false }, { id: "c" }]))).toEqual(["a", "c"]);
  expect(ids({})).toEqual([]);
});
