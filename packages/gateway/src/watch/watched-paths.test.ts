import { join } from "node:path";
import { expect, test } from "vitest";
import { createDisk } from "../fixtures/disk-gateway.ts";
import { watchedPaths } from "./watched-paths.ts";

test("watched are the configuration, `.env`, the profiles of every agent and the files of providers", async () => {
  const disk = await createDisk({ "agents/ops/agent/x": "" });
  const config = {
    agents: { list: [{ id: "own", agentDir: "elsewhere" }] },
    secrets: {
      providers: {
        one: { source: "file", path: "/run/secrets/one" },
        home: { source: "file", path: "~/two.json" },
        command: { source: "exec", command: "/bin/true" },
        variables: { source: "env" },
        broken: { source: "file" },
      },
    },
  };
  const below = (path: string): string => join(disk.directory, path);
  expect([...watchedPaths(disk.layout, config)].sort()).toEqual(
    [
      "/run/secrets/one",
      below(".env"),
      below("Durar.json"),
      below("agents"),
      below("agents/main/agent/auth-profiles.json"),
      below("agents/ops/agent/auth-profiles.json"),
      below("elsewhere/auth-profiles.json"),
      below("two.json"),
    ].sort(),
  );
});

test("a configuration that is none names no files", async () => {
  const disk = await createDisk({});
  for (const config of [undefined, [], { secrets: 5 }])
    expect(watchedPaths(disk.layout, config)).toContain(disk.configFile);
});
