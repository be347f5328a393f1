import { chmod, chown, link, mkdir, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import {
  assertNoLeak,
  canary,
  command,
  root,
  run,
  temporaryDirectory,
  testWith,
  writePrivate,
} from "@durar/testing";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { replaceFile } from "./index.ts";

const wanted = Object.freeze({ expected: "old", content: "new" });

async function fileWith(content: string | Uint8Array, mode?: number): Promise<string> {
  return writePrivate(join(await temporaryDirectory(), "config.json"), content, mode);
}

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o7777;
}

describe("a file", () => {
  test("gets the new content, and nothing else is left beside it", async () => {
    const path = await fileWith("old");
    expect(await replaceFile(path, wanted)).toEqual({ realPath: path, changed: true });
    expect(await readFile(path, "utf8")).toBe("new");
    expect(await readdir(join(path, ".."))).toEqual(["config.json"]);
  });

  test("that must not exist is created, for its owner alone", async () => {
    const path = join(await temporaryDirectory(), "new.json");
    const made = await replaceFile(path, { content: "new", expected: undefined });
    expect(made).toEqual({ realPath: path, changed: true });
    expect([await readFile(path, "utf8"), await modeOf(path)]).toEqual(["new", 0o600]);
  });

  test("that has the content already is not touched", async () => {
    const path = await fileWith("old");
    const before = await stat(path, { bigint: true });
    expect(await replaceFile(path, { expected: "old", content: Buffer.from("old") })).toEqual({
      realPath: path,
      changed: false,
    });
    const { ino, ctimeNs } = await stat(path, { bigint: true });
    expect({ ino, ctimeNs }).toEqual({ ino: before.ino, ctimeNs: before.ctimeNs });
  });

  test("may be empty, and may become empty", async () => {
    const path = await fileWith("");
    await replaceFile(path, { expected: "", content: "x" });
    await replaceFile(path, { expected: "x", content: "" });
    expect(await readFile(path, "utf8")).toBe("");
    await expect(
      replaceFile(join(path, "..", "other"), { expected: "", content: "x" }),
    ).rejects.toMatchObject({ code: "COMMIT_CONFLICT" });
  });

  test("keeps any bytes, a byte order mark and broken UTF-8 too", async () => {
    const path = await fileWith("");
    let last = Buffer.alloc(0);
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constant(Buffer.from("\ufeff{}\r\n")));
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        await replaceFile(path, { expected: last, content });
        last = await readFile(path);
        expect(last.equals(content)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test("keeps the bytes that were handed in, whatever becomes of their array", async () => {
    const path = await fileWith("old");
    const content = Buffer.from("new");
    const expected = Buffer.from("old");
    const replaced = replaceFile(path, { content, expected });
    content.fill(0);
    expected.fill(0);
    await replaced;
    expect(await readFile(path, "utf8")).toBe("new");
  });
});

describe("the mode", () => {
  test.each(["600", "640", "644", "664", "666", "755"])("%s is kept", async (octal) => {
    const mode = Number.parseInt(octal, 8);
    const path = await fileWith("old", mode);
    await replaceFile(path, wanted);
    expect(await modeOf(path)).toBe(mode);
  });

  test("loses the set-id bits, as by any write", async () => {
    const path = await fileWith("old", 0o6755);
    await replaceFile(path, wanted);
    expect(await modeOf(path)).toBe(0o755);
  });

  testWith(root, "and the owner and group are kept", async () => {
    const path = await fileWith("old", 0o640);
    await chown(path, 65534, 4242);
    await replaceFile(path, wanted);
    const { uid, gid } = await stat(path);
    expect([uid, gid, await modeOf(path)]).toEqual([65534, 4242, 0o640]);
  });

  testWith(root, "and the group are kept in a directory that gives its own group to new files", async () => {
    const path = await fileWith("old", 0o640);
    await chown(join(path, ".."), 0, 4242);
    await chmod(join(path, ".."), 0o2755);
    await replaceFile(path, wanted);
    expect((await stat(path)).gid).toBe(0);
  });
});

describe("a file that is not what was read is left alone", () => {
  test.each([
    ["changed", "OLD", "old", "is not what was read"],
    ["longer", "old and more", "old", "is not what was read"],
    ["shorter", "", "old", "is not what was read"],
    ["there", "old", undefined, "exists already"],
    ["gone", undefined, "old", "does not exist any more"],
  ])("as it is %s", async (_title, found, expected, problem) => {
    const path = join(await temporaryDirectory(), "config.json");
    if (found !== undefined) await writePrivate(path, found);
    const before = await readdir(join(path, ".."));
    await expect(replaceFile(path, { content: "new", expected })).rejects.toMatchObject({
      ...{ code: "COMMIT_CONFLICT", kind: "denied", message: `${path} ${problem}` },
      hint: "read the file again and repeat the change",
    });
    expect(await readdir(join(path, ".."))).toEqual(before);
    if (found !== undefined) expect(await readFile(path, "utf8")).toBe(found);
  });
});

describe("what cannot be replaced faithfully is refused, with nothing made beside it", () => {
  async function refusal(path: string): Promise<unknown> {
    const before = await readdir(join(path, ".."));
    const error: unknown = await replaceFile(path, wanted).catch((reason: unknown) => reason);
    expect(await readdir(join(path, ".."))).toEqual(before);
    return error;
  }

  test("a directory", async () => {
    const directory = join(await temporaryDirectory(), "config.json");
    await mkdir(directory);
    const refused = { code: "COMMIT_REFUSED", kind: "denied", hint: "name a regular file" };
    const message = `${directory} is a directory, not a regular file`;
    expect(await refusal(directory)).toMatchObject({ ...refused, message });
    expect(await refusal(`${directory}/`)).toMatchObject({ code: "COMMIT_REFUSED", hint: "name a file" });
    expect(await refusal(`${directory}/new/`)).toMatchObject({ code: "COMMIT_REFUSED" });
  });

  testWith(command("mkfifo"), "a FIFO, which is not waited for", async () => {
    const path = join(await temporaryDirectory(), "fifo");
    await run("mkfifo", [path]);
    expect(await refusal(path)).toMatchObject({ message: `${path} is a FIFO, not a regular file` });
  });

  test("a socket, and a device", async () => {
    const path = join(await temporaryDirectory(), "socket");
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    onTestFinished(() => void server.close());
    expect(await refusal(path)).toMatchObject({ message: `${path} is a socket, not a regular file` });
    await expect(replaceFile("/dev/null", wanted)).rejects.toMatchObject({
      message: "/dev/null is a device, not a regular file",
    });
  });

  test("a file with several hard links", async () => {
    const path = await fileWith("old");
    await link(path, `${path}-too`);
    expect(await refusal(path)).toMatchObject({
      code: "COMMIT_REFUSED",
      message: `${path} has 2 hard links, and only one of them would get the new content`,
    });
  });

  test.each(["444", "400", "464"])("a file that its owner made read-only (%s)", async (octal) => {
    const path = await fileWith("old", Number.parseInt(octal, 8));
    expect(await refusal(path)).toMatchObject({ code: "COMMIT_REFUSED", message: `${path} is read-only` });
    expect(await readFile(path, "utf8")).toBe("old");
  });
});

test("a directory that does not exist is not made", async () => {
  const path = join(await temporaryDirectory(), "none", "config.json");
  await expect(replaceFile(path, { content: "x", expected: undefined })).rejects.toMatchObject({
    ...{ code: "COMMIT_FAILED", cause: { code: "ENOENT" } },
    message: `the directory of ${path} cannot be entered (ENOENT)`,
    hint: "create the directory, or correct the path",
  });
});

test("a name that is too long for the file system is a failure of the system", async () => {
  const path = join(await temporaryDirectory(), "x".repeat(253));
  await expect(replaceFile(path, { content: "x", expected: undefined })).rejects.toMatchObject({
    code: "COMMIT_FAILED",
    message: expect.stringMatching(/\(ENAMETOOLONG\)$/) as string,
  });
});

test("stages that killed processes left for this file are removed, other files are not", async () => {
  const path = await fileWith("old");
  const left = ".config.json.tmp-durar-0123456789abcdef";
  const others = [
    ".config.json.tmp-durar-0123456789abcde",
    ".config.json.tmp-durar-0123456789abcdefg",
    ".other.json.tmp-durar-0123456789abcdef",
    "config.json.tmp",
  ];
  for (const name of [left, ...others]) await writeFile(join(path, "..", name), "x");
  await replaceFile(path, wanted);
  expect((await readdir(join(path, ".."))).sort()).toEqual([...others, "config.json"].sort());
});

describe("an abort", () => {
  test("that came before leaves everything as it is", async () => {
    const path = await fileWith("old");
    const options = { ...wanted, signal: AbortSignal.abort(new Error(canary())) };
    await expect(replaceFile(path, options)).rejects.toMatchObject({
      code: "COMMIT_ABORTED",
      cause: undefined,
    });
    expect(await readdir(join(path, ".."))).toEqual(["config.json"]);
  });

  test("at any moment leaves the old file or the new one, and says which", async () => {
    const path = await fileWith("0");
    for (let round = 0; round < 60; round += 1) {
      const controller = new AbortController();
      const expected = await readFile(path, "utf8");
      const content = String(round + 1).repeat(1000);
      const replaced = replaceFile(path, { content, expected, signal: controller.signal });
      setTimeout(() => controller.abort(), (round % 20) / 4);
      const code = await replaced.then(
        () => undefined,
        (error: { code: string }) => error.code,
      );
      expect(await readFile(path, "utf8")).toBe(code === undefined ? content : expected);
      expect([undefined, "COMMIT_ABORTED"]).toContain(code);
      expect(await readdir(join(path, ".."))).toEqual(["config.json"]);
    }
  });
});

describe("no error shows content", () => {
  const [secret, other] = [canary(), canary()];
  const options = { content: secret, expected: other };

  test("of a conflict, or of a read-only file", async () => {
    const path = await fileWith(canary());
    expect(await assertNoLeak([secret, other], () => replaceFile(path, options))).toMatchObject({
      threw: true,
    });
    const readOnly = await fileWith(other, 0o444);
    expect(await assertNoLeak([secret, other], () => replaceFile(readOnly, options))).toMatchObject({
      threw: true,
    });
  });

  test("of an abort, a missing directory, a lock that is held, or a success", async () => {
    const path = await fileWith(other);
    const failures = [
      () => replaceFile(path, { ...options, signal: AbortSignal.abort() }),
      () => replaceFile(`${path}-none/x`, options),
      async () => {
        await mkdir(`${path}.lock`);
        await utimes(`${path}.lock`, Date.now() / 1000 + 60, Date.now() / 1000 + 60);
        return replaceFile(path, { ...options, lockTimeoutMs: 0 });
      },
    ];
    for (const fail of failures)
      expect(await assertNoLeak([secret, other], fail)).toMatchObject({ threw: true });
    const ok = await fileWith(other);
    expect(await assertNoLeak([secret, other], () => replaceFile(ok, options))).toMatchObject({
      threw: false,
    });
  });
});
