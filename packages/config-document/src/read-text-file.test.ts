import { closeSync, constants, openSync, truncateSync } from "node:fs";
import { appendFile, mkdir, symlink, unlink } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import {
  assertNoLeak,
  canary,
  command,
  notRoot,
  run,
  temporaryDirectory,
  testWith,
  writePrivate,
} from "@durar/testing";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { readTextFile, TEXT_FILE_FAILURES } from "./index.ts";
import { readOpened } from "./read-opened.ts";

async function fileOf(content: string | Uint8Array): Promise<string> {
  return writePrivate(join(await temporaryDirectory(), "file"), content);
}

describe("a text file is read whole", () => {
  test.each(["", "{}\n", "é€😀\u2028\0", "x".repeat(1_000_000)])("%.10j", async (text) => {
    expect(readTextFile(await fileOf(text))).toEqual({ ok: true, text, bytes: Buffer.byteLength(text) });
  });

  test("with its byte order mark, so that positions are those of the file", async () => {
    expect(readTextFile(await fileOf("\ufeffA=1"))).toEqual({ ok: true, text: "\ufeffA=1", bytes: 6 });
  });

  test("through symbolic links", async () => {
    const file = await fileOf("a");
    await symlink(file, `${file}.link`);
    expect(readTextFile(`${file}.link`)).toMatchObject({ ok: true, text: "a" });
  });

  test("up to the limit and not above", async () => {
    const file = await fileOf("12345");
    expect(readTextFile(file, Object.freeze({ maxBytes: 5 }))).toMatchObject({ ok: true, bytes: 5 });
    expect(readTextFile(file, { maxBytes: 4 })).toEqual({
      ...{ ok: false, reason: "too-large", message: "the file is larger than the limit" },
    });
  });

  test("64 MiB are the default limit", async () => {
    const file = await fileOf("");
    truncateSync(file, 64 * 1024 * 1024 + 1);
    const result = readTextFile(file);
    expect(result.ok ? "read" : result.reason).toBe("too-large");
  });

  testWith(
    { met: process.platform === "linux", reason: "needs /proc" },
    "even where its size is not known",
    () => {
      const result = readTextFile("/proc/self/status");
      expect(result).toMatchObject({ ok: true, text: expect.stringMatching(/^Name:.*\n$/s) as string });
      expect(readTextFile("/proc/self/status", { maxBytes: 10 })).toMatchObject({
        ok: false,
        reason: "too-large",
      });
    },
  );
});

describe("what is no readable text file is answered as such, at once", () => {
  test("a missing file, also in a missing directory, behind a dangling link and below a file", async () => {
    const directory = await temporaryDirectory();
    expect(readTextFile(join(directory, "none"))).toEqual({
      ...{ ok: false, reason: "missing", message: "the file does not exist" },
    });
    expect(readTextFile(join(directory, "none", "file"))).toMatchObject({ reason: "missing" });
    await symlink(join(directory, "none"), join(directory, "link"));
    expect(readTextFile(join(directory, "link"))).toMatchObject({ reason: "missing" });
    const file = await writePrivate(join(directory, "file"), "");
    expect(readTextFile(join(file, "below"))).toEqual({
      ...{ ok: false, reason: "missing", message: "the file does not exist" },
    });
  });

  test("a directory", async () => {
    expect(readTextFile(await temporaryDirectory())).toMatchObject({ ok: false, reason: "directory" });
  });

  test("a device", () => {
    for (const path of ["/dev/zero", "/dev/null"])
      expect(readTextFile(path)).toEqual({
        ok: false,
        reason: "not-regular",
        message: "it is not a regular file",
      });
  });

  testWith(command("mkfifo"), "a FIFO, without a writer and with one", async () => {
    const fifo = join(await temporaryDirectory(), "fifo");
    await run("mkfifo", [fifo]);
    expect(readTextFile(fifo)).toMatchObject({ ok: false, reason: "not-regular" });
    openUntilEnd(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    expect(readTextFile(fifo)).toMatchObject({ ok: false, reason: "not-regular" });
  });

  test("a socket", async () => {
    const path = join(await temporaryDirectory(), "socket");
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
    expect(readTextFile(path)).toMatchObject({ ok: false, reason: "not-regular" });
  });

  test("a loop of links", async () => {
    const link = join(await temporaryDirectory(), "link");
    await symlink(link, link);
    expect(readTextFile(link)).toEqual({
      ...{ ok: false, reason: "unreadable", message: "the file cannot be read (ELOOP)", code: "ELOOP" },
    });
  });

  testWith(notRoot, "a file of another user", async () => {
    const file = await writePrivate(join(await temporaryDirectory(), "file"), "x", 0o000);
    expect(readTextFile(file)).toMatchObject({ reason: "unreadable", code: "EACCES" });
  });

  test("a path that no file can have", () => {
    expect(readTextFile("a\0b")).toMatchObject({ ok: false, reason: "unreadable" });
  });
});

describe("what is not UTF-8 is refused with its position", () => {
  test.each([
    ["a Latin-1 letter", [0x61, 0xe9, 0x62], 1, 2],
    ["a cut character at the end", [...Buffer.from("é\r\n\ufffd\ufffd"), 0xe2, 0x82], 2, 3],
    ["an overlong slash", [0x0a, 0xc0, 0xaf], 2, 1],
    ["half a surrogate pair", [...Buffer.from("\ufeffab"), 0xed, 0xa0, 0x80], 1, 3],
    ["what only starts like U+FFFD", [0xef, 0xbf, 0x0a, 0xbd], 1, 1],
  ])("%s", async (_title, bytes, line, column) => {
    expect(readTextFile(await fileOf(Buffer.from(bytes)))).toEqual({
      ...{ ok: false, reason: "invalid-utf8", line, column },
      message: `line ${line}, column ${column}: ${TEXT_FILE_FAILURES["invalid-utf8"]}`,
    });
  });

  test("the same bytes are refused as by a strict decoder", async () => {
    const file = await fileOf("");
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const byte = fc.constantFrom(
      0x61,
      0x80,
      0xbf,
      0xc3,
      0xa9,
      0xe2,
      0x82,
      0xac,
      0xf0,
      0x9f,
      0x98,
      0xef,
      0xbb,
      0xbd,
      0xff,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 8 }),
        fc.array(byte, { maxLength: 8 }),
        async (some, more) => {
          const bytes = Uint8Array.from([...some, ...more]);
          await writePrivate(file, bytes);
          const result = readTextFile(file);
          let text: string | undefined;
          try {
            text = decoder.decode(bytes);
          } catch {
            text = undefined;
          }
          expect(result.ok ? result.text : undefined).toBe(text);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("and nothing of the content shows", async () => {
    const secret = canary();
    const file = await fileOf(Buffer.concat([Buffer.from(secret), Buffer.from([0xff])]));
    await assertNoLeak(secret, () => readTextFile(file));
  });
});

describe("a file that changes between the look and the reading", () => {
  const limit = 100_000;

  test("is read to its new end", async () => {
    const file = await fileOf("0123456789");
    await appendFile(file, "x".repeat(20_000));
    expect(readOpened(openUntilEnd(file), 10, limit).toString()).toBe(`0123456789${"x".repeat(20_000)}`);
    expect(readOpened(openUntilEnd(await fileOf("01")), 10, limit).toString()).toBe("01");
    expect(readOpened(openUntilEnd(await fileOf("")), 10, limit).toString()).toBe("");
  });

  test("is not read above the limit", async () => {
    const file = openUntilEnd(await fileOf("0123456789"));
    expect(readOpened(file, 4, 5)).toBe("too-large");
  });

  testWith(
    command("mkfifo"),
    "or becomes a FIFO, a device or a directory is not taken for a file",
    async () => {
      const directory = await temporaryDirectory();
      const fifo = join(directory, "fifo");
      await run("mkfifo", [fifo]);
      expect(readOpened(openUntilEnd(fifo, constants.O_RDONLY | constants.O_NONBLOCK), 10, limit)).toBe(
        "not-regular",
      );
      expect(readOpened(openUntilEnd("/dev/zero"), 10, limit)).toBe("not-regular");
      await mkdir(join(directory, "d"));
      expect(() => readOpened(openUntilEnd(join(directory, "d")), 10, limit)).toThrow("EISDIR");
      await unlink(fifo);
    },
  );
});

function openUntilEnd(path: string, flags = constants.O_RDONLY): number {
  const file = openSync(path, flags);
  onTestFinished(() => closeSync(file));
  return file;
}
