import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@durar/testing";
import { expect, test } from "vitest";
import { locateLayout, profilesFile, secretFiles, storePaths } from "./index.ts";

test("the files of a layout are its stores, their leftovers, and the profiles that could be made", async () => {
  const stateDirectory = await temporaryDirectory();
  const main = join(stateDirectory, "agents/main/agent");
  await mkdir(main, { recursive: true });
  for (const file of ["Durar.json", "Durar.json.bak", "notes.txt", "secrets.json"])
    await writeFile(join(stateDirectory, file), "{}");
  await writeFile(join(main, "models.json"), "{}");
  const layout = locateLayout({ stateDirectory, environment: {} });
  const config = { agents: { list: [{ id: "work", agentDir: "elsewhere" }] } };

  expect([...storePaths(layout, config)].sort()).toEqual(
    [
      ".env",
      "Durar.json",
      "Durar.json.bak",
      "agents/main/agent/auth-profiles.json",
      "agents/main/agent/models.json",
      "elsewhere/auth-profiles.json",
    ].map((file) => join(stateDirectory, file)),
  );
  expect(profilesFile(layout, config, "work")).toBe(join(stateDirectory, "elsewhere/auth-profiles.json"));
  expect(profilesFile(layout, config, "main")).toBe(join(main, "auth-profiles.json"));
  expect(profilesFile(layout, config, "nobody")).toBeUndefined();
});

test("the files of file providers are those of valid ones, each once", () => {
  const layout = locateLayout({ environment: { HOME: "/home/user" } });
  const providers = {
    a: { source: "file", path: "~/a.json" },
    same: { source: "file", path: "/home/user/a.json", mode: "singleValue" },
    b: { source: "file", path: "/b.json" },
    relative: { source: "file", path: "c.json" },
    variables: { source: "env" },
  };
  expect(secretFiles(layout, { secrets: { providers } })).toEqual(["/home/user/a.json", "/b.json"]);
  expect(secretFiles(layout, undefined)).toEqual([]);
});
