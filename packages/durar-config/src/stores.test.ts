import { chmod, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join, relative } from "node:path";
import { notRoot, root, temporaryDirectory, testWith } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { agentDirectories, isLeftover, listStores, locateLayout, type Layout } from "./index.ts";

/** A state directory with empty files at these paths, directories on the way. */
async function stateWith(...files: readonly string[]): Promise<Layout> {
  const stateDirectory = await temporaryDirectory();
  for (const file of files) {
    const path = join(stateDirectory, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, "{}");
  }
  return locateLayout({ layout: "durar", stateDirectory, environment: { HOME: stateDirectory } });
}

/** What is listed, in short: `kind path`, with the owner and a mark for leftovers. */
function listed(layout: Layout, config: unknown = {}): readonly string[] {
  return listStores(layout, config).map(({ kind, path, agentId, leftover, problem }) =>
    [
      kind,
      relative(layout.stateDirectory, path),
      ...(agentId === undefined ? [] : [`of ${agentId}`]),
      ...(leftover ? ["(leftover)"] : []),
      ...(problem === undefined ? [] : [`(${problem})`]),
    ].join(" "),
  );
}

const agent = (id: string, name = "auth-profiles.json"): string => `agents/${id}/agent/${name}`;

test("every store that exists is listed with its kind and owner, and nothing else is", async () => {
  const layout = await stateWith(
    ...["Durar.json", ".env", "notes.txt", "Durar.json5", "openclaw.json", "agents/README.md"],
    ...[agent("main"), agent("main", "models.json"), agent("main", "auth.json"), agent("main", "other.json")],
    ...[agent("work"), "agents/empty/agent/x", "agents/odd/auth-profiles.json"],
  );
  expect(listed(layout)).toEqual([
    "environment .env",
    "config Durar.json",
    "auth-profiles agents/main/agent/auth-profiles.json of main",
    "legacy-auth agents/main/agent/auth.json of main",
    "models agents/main/agent/models.json of main",
    "auth-profiles agents/work/agent/auth-profiles.json of work",
  ]);
});

test("an empty or missing state directory has no stores", async () => {
  const layout = await stateWith();
  expect(listed(layout)).toEqual([]);
  await rm(layout.stateDirectory, { recursive: true });
  expect(listed(layout, { agents: { list: [{ id: "a" }] } })).toEqual([]);
});

test("old copies beside a store are listed as leftovers of its kind", async () => {
  const copies = [
    ".bak",
    ".bak.1",
    ".tmp",
    ".tmp-123",
    ".1234.tmp",
    ".old",
    ".orig",
    "~",
    ".clobbered.2024-01-01",
  ];
  const layout = await stateWith(
    ...copies.flatMap((ending) => [`Durar.json${ending}`, agent("main", `auth-profiles.json${ending}`)]),
    ...[".env.bak", ".env~", "Durar.bak.json", ".Durar.json.tmp-9", agent("main", "auth.bak.json")],
    ...[
      "Durar.json.swp",
      ".env.local",
      "Durar-copy.json",
      "Durarx.bak",
      "backup.bak",
      agent("main", "x.bak"),
    ],
  );
  const found = listStores(layout, {});
  expect(found.every(({ leftover }) => leftover)).toBe(true);
  const count = (kind: string): number => found.filter((file) => file.kind === kind).length;
  expect([count("config"), count("environment"), count("auth-profiles"), count("legacy-auth")]).toEqual([
    ...[copies.length + 2, 2, copies.length, 1],
  ]);
});

describe("a leftover's name", () => {
  test.each([
    ["auth-profiles.json.bak", "auth-profiles.json", true],
    ["auth-profiles.bak.json", "auth.json", false],
    ["auth-profiles.bak.json", "auth-profiles.json", true],
    ["auth.json", "auth.json", false],
    ["auth.json.older", "auth.json", false],
    ["auth.json.old", "auth.json", true],
    [".env.backup", ".env", false],
    [".env.bak2", ".env", true],
    ["models.json.clobbered.1", "models.json", true],
    ["models.json.clobbered", "models.json", false],
  ])("%s beside %s: %s", (name, store, leftover) => {
    expect(isLeftover(name, store)).toBe(leftover);
  });
});

test("a config elsewhere brings the leftovers and the .env file beside it", async () => {
  const layout = await stateWith("conf/my.json", "conf/my.json.bak", "conf/.env", ".env", "Durar.json.bak");
  const moved = locateLayout({
    stateDirectory: layout.stateDirectory,
    config: join(layout.stateDirectory, "conf/my.json"),
    environment: {},
  });
  expect(listed(moved)).toEqual([
    "environment conf/.env",
    "config conf/my.json",
    "config conf/my.json.bak (leftover)",
    "environment .env",
  ]);
});

test("one file reached over a linked directory is one store", async () => {
  const layout = await stateWith("Durar.json", ".env");
  const link = join(await temporaryDirectory(), "link");
  await symlink(layout.stateDirectory, link);
  const linked = locateLayout({
    stateDirectory: layout.stateDirectory,
    config: join(link, "Durar.json"),
    environment: {},
  });
  expect(listStores(linked, {}).map(({ kind, path }) => [kind, path])).toEqual([
    ["environment", join(link, ".env")],
    ["config", join(link, "Durar.json")],
  ]);
});

describe("agents", () => {
  const list = (...agents: object[]) => ({ agents: { list: agents } });

  test("are main, the directories there are, and those the config lists", async () => {
    const layout = await stateWith(agent("disk"), "agents/file");
    expect(agentDirectories(layout, list({ id: "listed" }))).toEqual(
      ["listed", "main", "disk"].map((agentId) => ({
        agentId,
        directory: join(layout.agentsDirectory, agentId, "agent"),
      })),
    );
  });

  test("that are neither listed nor main are off, and still listed", async () => {
    const layout = await stateWith(agent("a"), agent("b"), agent("c"), agent("main"));
    const config = list({ id: "a" }, { id: "b", enabled: false });
    expect(listStores(layout, config).map(({ agentId, activity }) => [agentId, activity.active])).toEqual([
      ["a", true],
      ["b", false],
      ["main", true],
      ["c", false],
    ]);
  });

  test("may have their stores in a directory of their own: absolute, from home, or from the state directory", async () => {
    const layout = await stateWith(
      "one/auth-profiles.json",
      "two/auth-profiles.json",
      "three/auth-profiles.json",
    );
    const config = list(
      { id: "a", agentDir: join(layout.stateDirectory, "one") },
      { id: "b", agentDir: "~/two" },
      { id: "c", agentDir: "three/" },
    );
    expect(listed(layout, config)).toEqual([
      "auth-profiles one/auth-profiles.json of a",
      "auth-profiles two/auth-profiles.json of b",
      "auth-profiles three/auth-profiles.json of c",
    ]);
  });

  test("behind symbolic links are found, each real directory once", async () => {
    const layout = await stateWith("elsewhere/agent/auth-profiles.json", agent("real"));
    const link = (target: string, name: string): Promise<void> =>
      symlink(join(layout.stateDirectory, target), join(layout.agentsDirectory, name));
    await link("elsewhere", "linked");
    await link("elsewhere", "again");
    await link("agents/real", "twin");
    await link("missing", "dangling");
    await writeFile(join(layout.stateDirectory, "file"), "");
    await link("file", "to-file");
    await symlink(layout.agentsDirectory, join(layout.agentsDirectory, "circle"));
    await mkdir(join(layout.agentsDirectory, "inner"));
    await symlink(
      join(layout.agentsDirectory, "real", "agent"),
      join(layout.agentsDirectory, "inner", "agent"),
    );
    expect(listed(layout)).toEqual([
      "auth-profiles agents/again/agent/auth-profiles.json of again",
      "auth-profiles agents/inner/agent/auth-profiles.json of inner",
    ]);
  });

  test("that share a directory are on if one of them is", async () => {
    const layout = await stateWith(agent("main"));
    const shared = join(layout.agentsDirectory, "main", "agent");
    const owner = (enabled: boolean) =>
      listStores(layout, list({ id: "a", enabled, agentDir: shared })).map(({ agentId, activity }) => [
        agentId,
        activity.active,
      ]);
    expect(owner(true)).toEqual([["a", true]]);
    expect(owner(false)).toEqual([["main", true]]);
  });

  test.each(["../../outside", "a/b", ".", "..", ""])("named %j reach no directory outside", async (id) => {
    const layout = await stateWith(agent("main"));
    expect(agentDirectories(layout, list({ id })).map(({ agentId }) => agentId)).toEqual(["main"]);
    expect(agentDirectories(layout, list({ id, agentDir: "own" }))).toHaveLength(id === "" ? 1 : 2);
  });

  test("in great number are listed once each", async () => {
    const ids = Array.from({ length: 300 }, (_, index) => `a${index}`);
    const layout = await stateWith(...ids.map((id) => agent(id)));
    const found = listStores(layout, list(...ids.map((id) => ({ id }))));
    expect(found.map(({ agentId }) => agentId)).toEqual(ids);
  });
});

describe("what cannot be listed is named instead of being passed over", () => {
  test("where a file stands in the place of a directory", async () => {
    const layout = await stateWith("agents/a/agent", "own");
    expect(listed(layout, { agents: { list: [{ id: "b", agentDir: "own" }] } })).toEqual([
      "directory own of b (is no directory)",
      "directory agents/a/agent of a (is no directory)",
    ]);
    const other = await stateWith("agents");
    expect(listed(other)).toEqual(["directory agents (is no directory)"]);
  });

  test("where a path holds a NUL character, as nothing on disk does", async () => {
    const layout = await stateWith();
    expect(listed(layout, { agents: { list: [{ id: "a", agentDir: "x\0y" }] } })).toEqual([
      "directory x\0y of a (cannot be listed (ERR_INVALID_ARG_VALUE))",
    ]);
  });

  const unlistable = async (): Promise<void> => {
    const layout = await stateWith(agent("a"), agent("a", "models.json"), agent("b"), "Durar.json");
    await chmod(join(layout.agentsDirectory, "a", "agent"), 0o300);
    await chmod(join(layout.agentsDirectory, "b", "agent"), 0o000);
    expect(listed(layout)).toEqual([
      "config Durar.json",
      "directory agents/a/agent of a (cannot be listed (EACCES))",
      "auth-profiles agents/a/agent/auth-profiles.json of a",
      "models agents/a/agent/models.json of a",
      "directory agents/b/agent of b (cannot be listed (EACCES))",
    ]);
    await chmod(layout.agentsDirectory, 0o000);
    expect(listed(layout)).toEqual(["config Durar.json", "directory agents (cannot be listed (EACCES))"]);
    await chmod(layout.agentsDirectory, 0o700);
  };
  testWith(
    notRoot,
    "where permissions forbid it: stores that can be reached by name are still listed",
    unlistable,
  );
  testWith(root, "where permissions forbid it to a user who is not root", async () => {
    process.seteuid?.(65534);
    try {
      await unlistable();
    } finally {
      process.seteuid?.(0);
    }
  });
});

test("whatever stands in the place of a store is listed, for its reader to refuse", async () => {
  const layout = await stateWith(agent("main", "models.json"));
  await mkdir(join(layout.agentsDirectory, "main", "agent", "auth-profiles.json"));
  await symlink("nowhere", layout.configFile);
  const server = createServer();
  const socket = join(layout.stateDirectory, ".env");
  await new Promise<void>((done) => server.listen(socket, done));
  expect(listed(layout)).toEqual([
    "environment .env",
    "config Durar.json",
    "auth-profiles agents/main/agent/auth-profiles.json of main",
    "models agents/main/agent/models.json of main",
  ]);
  await new Promise((done) => server.close(done));
});
