import { describe, expect, test } from "vitest";
import { agentActivity, defaultAgentId, listedAgents } from "./index.ts";

const withAgents = (...list: unknown[]) => ({ agents: { list } });

describe("the default agent", () => {
  test.each([
    [withAgents({ id: "a" }, { id: "b", default: true }, { id: "c", default: true }), "b"],
    [withAgents({ id: "a" }, { id: "b" }), "a"],
    [withAgents({ id: "a" }, { id: "b", default: "true" }), "a"],
    [withAgents(), "main"],
    [{}, "main"],
    [null, "main"],
    [{ agents: { list: { id: "a" } } }, "main"],
  ])("of %j is %s", (config, id) => {
    expect(defaultAgentId(config)).toBe(id);
  });
});

describe("an agent", () => {
  const config = withAgents({ id: "a" }, { id: "b", enabled: false }, { id: "c", default: true });
  test.each([
    [config, "a", true, "agent a is enabled"],
    [config, "b", false, "agent b is disabled"],
    [config, "c", true, "agent c is enabled"],
    [config, "main", true, "the other agents inherit from main"],
    [config, "d", false, "agent d is not listed"],
    [withAgents({ id: "main", enabled: false }), "main", false, "agent main is disabled"],
    [withAgents(), "d", true, "no agents are listed, so every agent is on"],
    [{}, "main", true, "no agents are listed, so every agent is on"],
    [withAgents({ id: "a" }), "x\u001b[2Jy", false, "agent x\\u001b[2Jy is not listed"],
  ])("in %j, %s is on: %s", (value, id, active, reason) => {
    expect(agentActivity(value, id)).toEqual({ active, reason });
  });
});

test("malformed entries of the list are passed over; validation reports them", () => {
  const list = [null, "a", { agentDir: "/x" }, { id: "" }, { id: 5 }, { id: "ok", agentDir: 7 }, ["x"]];
  expect(listedAgents(withAgents(...list))).toEqual([
    {
      id: "ok",
      path: ["agents", "list", "5"],
      settings: { id: "ok", agentDir: 7 },
      agentDir: undefined,
      on: true,
    },
  ]);
});
