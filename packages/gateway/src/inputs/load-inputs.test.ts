import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDurarError } from "@durar/secretref-schema";
import { assertNoLeak, canary, command, notRoot, run, testWith } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { createDisk, type Disk } from "../fixtures/disk-gateway.ts";
import { loadInputs } from "./load-inputs.ts";

const secret = canary();

/** Every reason in what loading throws; nothing of it may hold a secret. */
async function problemsOf(disk: Disk, config: unknown = {}): Promise<readonly string[]> {
  const outcome = await assertNoLeak(secret, () => loadInputs(disk.layout, {}, config));
  if (!outcome.threw) return [];
  const errors: readonly unknown[] = outcome.error instanceof AggregateError ? outcome.error.errors : [];
  return errors.map((error) => {
    expect(isDurarError(error) && error.code).toBe("CONFIG_INVALID");
    return (error as Error).message.replaceAll(disk.directory, "<state>");
  });
}

const profilesOf = (agent: string): string => `agents/${agent}/agent/auth-profiles.json`;

describe("profiles of agents", () => {
  test("are read of every agent that is there, each with its id", async () => {
    const disk = await createDisk({
      [profilesOf("main")]: { profiles: {} },
      [profilesOf("ops")]: "\ufeff" + JSON.stringify({ profiles: { a: 1 } }),
    });
    const { stores } = loadInputs(disk.layout, {}, { agents: { list: [{ id: "ops" }] } });
    expect(stores.map(({ kind, agentId }) => [kind, agentId])).toEqual([
      ["config", undefined],
      ["auth-profiles", "ops"],
      ["auth-profiles", "main"],
    ]);
    expect(stores[1]?.value).toEqual({ profiles: { a: 1 } });
  });

  test("may be missing, and so may the whole directory of agents", async () => {
    const disk = await createDisk({});
    expect(loadInputs(disk.layout, {}, {}).stores).toHaveLength(1);
  });

  test("that are broken are reported together, each with its file, its place and the rule", async () => {
    const disk = await createDisk({
      [profilesOf("syntax")]: `{\n  "profiles": { "a": ${secret} }\n}`,
      [profilesOf("root")]: `["${secret}"]`,
      [profilesOf("comment")]: `{} // ${secret}`,
      [profilesOf("empty")]: "",
    });
    await writeFile(
      await disk.write(profilesOf("bytes"), ""),
      Buffer.from(`{\n "a": "${secret}\xff"}`, "latin1"),
    );
    await mkdir(join(disk.directory, profilesOf("directory")), { recursive: true });
    const problems = await problemsOf(disk);
    const path = (agent: string): string => `<state>/${profilesOf(agent)}`;
    expect(problems).toEqual([
      `${path("bytes")}: line 2, column ${8 + secret.length}: the file is not valid UTF-8`,
      `${path("comment")}: line 1, column 4: JSON has no comments`,
      `${path("directory")}: it is a directory`,
      `${path("empty")}: line 1, column 1: the document holds no value`,
      `${path("root")}: line 1, column 1: must be an object`,
      `${path("syntax")}: line 2, column 22: a value is expected`,
    ]);
  });

  test("that are broken do not matter where their agent is off", async () => {
    const disk = await createDisk({ [profilesOf("off")]: "{", [profilesOf("unlisted")]: "{" });
    const config = { agents: { list: [{ id: "main" }, { id: "off", enabled: false }] } };
    expect(await problemsOf(disk, config)).toEqual([]);
    expect(loadInputs(disk.layout, {}, config).stores).toHaveLength(1);
  });

  test("of agents that are off are there, marked as such", async () => {
    const disk = await createDisk({ [profilesOf("off")]: "{}" });
    const { stores } = loadInputs(disk.layout, {}, { agents: { list: [{ id: "off", enabled: false }] } });
    expect(stores[1]?.activity).toMatchObject({ active: false });
  });

  test("behind a link that leads nowhere are missing", async () => {
    const disk = await createDisk({ "agents/main/agent/x": "" });
    await symlink("nowhere", join(disk.directory, profilesOf("main")));
    expect(await problemsOf(disk)).toEqual([]);
  });

  testWith(command("mkfifo"), "in a FIFO are refused, and nobody waits for a writer", async () => {
    const disk = await createDisk({ "agents/main/agent/x": "" });
    await run("mkfifo", [join(disk.directory, profilesOf("main"))]);
    expect(await problemsOf(disk)).toEqual([`<state>/${profilesOf("main")}: it is not a regular file`]);
  });

  test("larger than 64 MiB are refused unread", async () => {
    const disk = await createDisk({});
    await writeFile(await disk.write(profilesOf("main"), ""), Buffer.alloc(64 * 1024 * 1024 + 1, 0x20));
    expect(await problemsOf(disk)).toEqual([
      `<state>/${profilesOf("main")}: the file is larger than the limit`,
    ]);
  });

  test("nested deeper than 200 levels are refused", async () => {
    const disk = await createDisk({ [profilesOf("main")]: `{"a":${"[".repeat(200)}${"]".repeat(200)}}` });
    expect(await problemsOf(disk)).toEqual([
      expect.stringContaining("arrays and objects are nested too deep") as string,
    ]);
  });

  test("with several broken rules in one file make one error, about the first", async () => {
    const disk = await createDisk({ [profilesOf("main")]: `{"a": tru, "b": nul}` });
    expect(await problemsOf(disk)).toHaveLength(1);
  });

  test("cannot be overlooked because the directory of agents cannot be listed", async () => {
    const disk = await createDisk({ agents: "a file" });
    expect(await problemsOf(disk)).toEqual(["<state>/agents: is no directory"]);
  });
});

describe("the environment", () => {
  const nextTo = { config: "conf/Durar.json" };

  test("is the process's, then the `.env` beside the configuration, then that of the state directory", async () => {
    const disk = await createDisk({ ".env": "A=state\nB=state\nC=state", "conf/.env": "A=config\nB=config" });
    const configFile = join(disk.directory, nextTo.config);
    const layout = {
      ...disk.layout,
      configFile,
      environmentFiles: [join(disk.directory, "conf/.env"), join(disk.directory, ".env")],
    };
    const { environment } = loadInputs(layout, { A: "process", D: " " }, {});
    expect(environment).toEqual({ A: "process", B: "config", C: "state", D: " " });
  });

  test("is read afresh each time, and a file that is gone says nothing any more", async () => {
    const disk = await createDisk({ ".env": "A=1" });
    expect(loadInputs(disk.layout, {}, {}).environment).toEqual({ A: "1" });
    await disk.write(".env", "\ufeffA=2\nno variable\nB=3");
    expect(loadInputs(disk.layout, {}, {}).environment).toEqual({ A: "2", B: "3" });
    await rm(join(disk.directory, ".env"));
    expect(loadInputs(disk.layout, {}, {}).environment).toEqual({});
  });

  test("is not quietly another one because a `.env` is no readable file", async () => {
    const disk = await createDisk({ ".env/x": "" });
    expect(await problemsOf(disk)).toEqual(["<state>/.env: it is a directory"]);
    const bytes = await createDisk({});
    await writeFile(await bytes.write(".env", ""), Buffer.from(`A=1\nB=${secret}\xff`, "latin1"));
    expect(await problemsOf(bytes)).toEqual([
      `<state>/.env: line 2, column ${3 + secret.length}: the file is not valid UTF-8`,
    ]);
  });

  test("is reported together with what is wrong with agents", async () => {
    const disk = await createDisk({ ".env/x": "", [profilesOf("main")]: "{" });
    expect(await problemsOf(disk)).toHaveLength(2);
  });

  testWith(notRoot, "is not another one because a `.env` must not be read", async () => {
    const disk = await createDisk({ ".env": "A=1" });
    await run("chmod", ["0", join(disk.directory, ".env")]);
    expect(await problemsOf(disk)).toEqual(["<state>/.env: the file cannot be read (EACCES)"]);
  });
});
