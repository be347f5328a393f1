import { chmod, chown, mkdir, readdir, rename, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { FileProviderInput, SecretAnswer } from "@durar/secretref-schema";
import { assertNoLeak, canary, root, temporaryDirectory, testWith, writePrivate } from "@durar/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { fromFile } from "./index.ts";

type Settings = Omit<FileProviderInput, "source" | "path">;

const linux = { met: process.platform === "linux", reason: "needs Linux's /proc" };

function shown(answer: SecretAnswer | undefined): unknown {
  if (answer === undefined) return undefined;
  return answer.ok ? answer.value.reveal() : answer.error.code;
}

async function resolveOne(path: string, id: string, settings: Settings = {}): Promise<SecretAnswer> {
  const config = Object.freeze({ source: "file", path, ...settings } as const);
  const request = Object.freeze({ provider: "main", config, ids: Object.freeze([id]) });
  const answer = (await fromFile().resolve(request)).get(id);
  if (answer === undefined) throw new Error("the id was not answered");
  return answer;
}

async function secretsFile(content: string | Uint8Array, mode = 0o600): Promise<string> {
  return writePrivate(join(await temporaryDirectory(), "secrets"), content, mode);
}

const single: Settings = Object.freeze({ mode: "singleValue" });

test("the provider is frozen, of source file, and made without touching the file", () => {
  const provider = fromFile(Object.freeze({ home: "/nowhere" }));
  expect(Object.isFrozen(provider)).toBe(true);
  expect(provider.source).toBe("file");
});

describe("mode json", () => {
  test("answers every id in the request's order, good and bad side by side", async () => {
    const path = await secretsFile('{"db":{"password":" p "},"n":1,"blank":"","account":{"key":"k"}}');
    const answers = await fromFile().resolve({
      provider: "main",
      config: { source: "file", path },
      ids: ["/none", "/db/password", "/n", "/blank", "/account", "value", "not a pointer"],
    });
    expect([...answers].map(([id, answer]) => [id, shown(answer)])).toEqual([
      ["/none", "SECRET_NOT_FOUND"],
      ["/db/password", " p "],
      ["/n", "SECRET_VALUE_TYPE"],
      ["/blank", "SECRET_EMPTY"],
      ["/account", { key: "k" }],
      ["value", "SECRET_REF_INVALID"],
      ["not a pointer", "SECRET_REF_INVALID"],
    ]);
  });

  test("skips a byte order mark", async () => {
    expect(shown(await resolveOne(await secretsFile('\ufeff{"a":"b"}'), "/a"))).toBe("b");
  });

  test.each([
    ['{\n  "a": "b",\n}', "line 3, column 1: a key in double quotes is expected"],
    ['\ufeff{"a": tru}', "line 1, column 7: a value is expected"],
    ["", "line 1, column 1: the text ends where a value is expected"],
    [`{"a":${"[".repeat(201)}`, "line 1, column 205: objects and arrays may be nested 200 deep"],
  ])("says where %j is broken", async (content, place) => {
    expect(await resolveOne(await secretsFile(content), "/a")).toMatchObject({
      error: {
        code: "SECRET_PAYLOAD_INVALID",
        message: `file:main: the file is not JSON at ${place}`,
        id: "/a",
      },
    });
  });

  test.each(["[]", '"text"', "null", "1"])("wants an object, not %s", async (content) => {
    const answer = await resolveOne(await secretsFile(content), "/0");
    expect(answer).toMatchObject({
      error: { code: "SECRET_PAYLOAD_INVALID", message: "file:main: the file must hold a JSON object" },
    });
    expect(answer).toHaveProperty("error.hint", expect.stringContaining('mode: "singleValue"'));
  });

  test("a broken file shows nothing of itself", async () => {
    const secret = canary();
    for (const content of [
      secret,
      `{"a": "${secret}`,
      `{"a": ${secret}}`,
      `{"${secret}": 1 2}`,
      `"${secret}"`,
    ]) {
      const path = await secretsFile(content);
      const outcome = await assertNoLeak(secret, () =>
        fromFile().resolve({ provider: "main", config: { source: "file", path }, ids: ["/a", "/b"] }),
      );
      expect(outcome).toMatchObject({ threw: false });
    }
  });

  test("good values show nothing of themselves or of their neighbours either", async () => {
    const [secret, other] = [canary(), canary()];
    const path = await secretsFile(
      JSON.stringify({ a: secret, o: { k: secret }, b: other, n: { [other]: 1 } }),
    );
    const ids = ["/a", "/o", "/n/x", "/b/c", "/zzz"];
    const outcome = await assertNoLeak([secret, other], () =>
      fromFile().resolve({ provider: "main", config: { source: "file", path }, ids }),
    );
    expect(outcome).toMatchObject({ threw: false });
  });
});

describe("mode singleValue", () => {
  test.each([
    ["token", "token"],
    ["token\n", "token"],
    ["token\r\n", "token"],
    ["token\n\n", "token\n"],
    ["token\r", "token\r"],
    ["\ntoken \n", "\ntoken "],
    ["\ufefftoken\n", "token"],
    ["-----BEGIN KEY-----\nabc\n-----END KEY-----\n", "-----BEGIN KEY-----\nabc\n-----END KEY-----"],
    ["0123", "0123"],
  ])("of the content %j is %j", async (content, value) => {
    expect(shown(await resolveOne(await secretsFile(content), "value", single))).toBe(value);
  });

  test.each(["", "\n", " \r\n"])("of the content %j is empty", async (content) => {
    expect(shown(await resolveOne(await secretsFile(content), "value", single))).toBe("SECRET_EMPTY");
  });

  test("has the one id value", async () => {
    expect(await resolveOne(await secretsFile("token"), "/value", single)).toMatchObject({
      error: {
        code: "SECRET_REF_INVALID",
        id: "/value",
        hint: 'use the id "value", or set mode: "json" for a file that holds several secrets',
      },
    });
  });
});

describe("an id", () => {
  test("that breaks the grammar is not shown, and the file is not asked for", async () => {
    const secret = canary();
    const outcome = await assertNoLeak(secret, async () =>
      shownError(await resolveOne("/nowhere/at/all", secret)),
    );
    expect(outcome).toMatchObject({ result: { code: "SECRET_REF_INVALID" } });
  });

  test("of the wrong kind for the mode is its own failure beside the file's", async () => {
    const answers = await fromFile().resolve({
      provider: "main",
      config: { source: "file", path: "/nowhere/at/all" },
      ids: ["value", "/a"],
    });
    expect([...answers.values()].map(shown)).toEqual(["SECRET_REF_INVALID", "SECRET_PATH_UNREADABLE"]);
  });

  function shownError(answer: SecretAnswer): unknown {
    return answer.ok ? undefined : answer.error;
  }
});

describe("the file", () => {
  test.each([
    [[0x7b, 0xff, 0x7d], 2],
    [[0xef, 0xbb, 0xbf, 0x61, 0xc3], 5],
  ])("of bytes %j is not UTF-8 at byte %i", async (bytes, position) => {
    for (const mode of ["json", "singleValue"] as const) {
      const id = mode === "json" ? "/a" : "value";
      expect(await resolveOne(await secretsFile(Uint8Array.from(bytes)), id, { mode })).toMatchObject({
        error: {
          code: "SECRET_PAYLOAD_INVALID",
          message: `file:main: the file is not UTF-8 at byte ${position}`,
        },
      });
    }
  });

  test("may have maxBytes bytes and not one more", async () => {
    expect(
      shown(await resolveOne(await secretsFile("x".repeat(64)), "value", { ...single, maxBytes: 64 })),
    ).toBe("x".repeat(64));
    expect(
      await resolveOne(await secretsFile("x".repeat(65)), "value", { ...single, maxBytes: 64 }),
    ).toMatchObject({
      error: {
        code: "SECRET_LIMIT_EXCEEDED",
        message: "file:main: the file is larger than maxBytes, 64 bytes",
      },
    });
  });

  testWith(linux, "that states no size is held to maxBytes by what it yields", async () => {
    const proc: Settings = { mode: "singleValue", allowInsecurePath: true };
    expect(shown(await resolveOne("/proc/version", "value", proc))).toContain("Linux");
    expect(shown(await resolveOne("/proc/version", "value", { ...proc, maxBytes: 4 }))).toBe(
      "SECRET_LIMIT_EXCEEDED",
    );
  });

  testWith(linux, "that fails to be read is unreadable, with the system's code and error", async () => {
    const answer = await resolveOne("/proc/self/mem", "value", single);
    expect(answer).toMatchObject({
      error: { code: "SECRET_PATH_UNREADABLE", message: "file:main: the file cannot be read (EIO)" },
    });
    expect(answer).toHaveProperty("error.cause.code", "EIO");
  });

  test("that is missing is unreadable, and named", async () => {
    const path = join(await temporaryDirectory(), "none");
    expect(await resolveOne(path, "/a")).toMatchObject({
      error: {
        code: "SECRET_PATH_UNREADABLE",
        message: `file:main: ${path} does not exist`,
        hint: `create ${path}, or correct the path`,
        transient: true,
      },
    });
  });

  test("that is a directory is refused", async () => {
    expect(shown(await resolveOne(await temporaryDirectory(), "/a"))).toBe("SECRET_PATH_UNTRUSTED");
  });

  test("that others may read is refused with the chmod that mends it, or read if that is allowed", async () => {
    const path = await secretsFile("token", 0o644);
    const answer = await resolveOne(path, "value", single);
    expect(answer).toMatchObject({
      error: {
        code: "SECRET_PATH_UNTRUSTED",
        message: `file:main: ${path} may be read by everyone (mode 0644)`,
        id: "value",
      },
    });
    expect(answer).toHaveProperty("error.hint", expect.stringContaining(`chmod 600 ${path}`));
    expect(shown(await resolveOne(path, "value", { ...single, allowInsecurePath: true }))).toBe("token");
  });

  test("behind a link needs allowSymlinkPath", async () => {
    const path = await secretsFile("token");
    const link = `${path}-link`;
    await symlink(path, link);
    expect(await resolveOne(link, "value", single)).toMatchObject({
      error: { code: "SECRET_PATH_UNTRUSTED", hint: "set allowSymlinkPath: true on this provider" },
    });
    expect(shown(await resolveOne(link, "value", { ...single, allowSymlinkPath: true }))).toBe("token");
  });

  test("must lie in the trusted directories, insecure or not", async () => {
    const path = await secretsFile("token");
    const elsewhere = await temporaryDirectory();
    for (const allowInsecurePath of [false, true])
      expect(
        shown(await resolveOne(path, "value", { ...single, allowInsecurePath, trustedDirs: [elsewhere] })),
      ).toBe("SECRET_PATH_UNTRUSTED");
    expect(shown(await resolveOne(path, "value", { ...single, trustedDirs: [join(path, "..")] }))).toBe(
      "token",
    );
  });

  testWith(
    root,
    "mounted by Docker, readable by everyone, is read where its directory is trusted",
    async () => {
      const path = await secretsFile("token", 0o444);
      expect(shown(await resolveOne(path, "value", single))).toBe("SECRET_PATH_UNTRUSTED");
      expect(shown(await resolveOne(path, "value", { ...single, trustedDirs: [join(path, "..")] }))).toBe(
        "token",
      );
    },
  );

  testWith(root, "of another user is refused", async () => {
    const path = await secretsFile("token");
    await chown(path, 4242, 4242);
    expect(await resolveOne(path, "value", single)).toMatchObject({ error: { hint: `chown root ${path}` } });
  });

  test("is read once for all ids, so that they are of one version", async () => {
    const path = await secretsFile('{"a":"0","b":"0"}');
    let version = 0;
    let stopped = false;
    const writing = (async () => {
      while (!stopped) {
        version += 1;
        await writePrivate(`${path}-new`, JSON.stringify({ a: String(version), b: String(version) }));
        await rename(`${path}-new`, path);
      }
    })();
    const provider = fromFile();
    const seen = new Set<unknown>();
    for (let reads = 0; reads < 100; reads += 1) {
      const answers = await provider.resolve({
        provider: "main",
        config: { source: "file", path },
        ids: ["/a", "/b"],
      });
      const [a, b] = [...answers.values()].map(shown);
      expect(a).toBe(b);
      seen.add(a);
    }
    stopped = true;
    await writing;
    expect(seen.size).toBeGreaterThan(1);
  });

  testWith(linux, "is closed again, whatever became of it", async () => {
    const paths = [
      await secretsFile("{}"),
      await secretsFile("broken"),
      await secretsFile("x".repeat(200)),
      "/proc/self/mem",
    ];
    const open = async (): Promise<number> => (await readdir("/proc/self/fd")).length;
    const before = await open();
    for (const path of paths) await resolveOne(path, "/a", { maxBytes: 100 });
    expect(await open()).toBe(before);
  });
});

describe("a path that starts with ~/", () => {
  async function home(token: string): Promise<string> {
    const directory = await temporaryDirectory();
    await mkdir(join(directory, "sub"));
    await writePrivate(join(directory, "token"), token);
    return directory;
  }

  const request = {
    provider: "main",
    config: { source: "file", path: "~/token", mode: "singleValue" },
    ids: ["value"],
  } as const;

  test("is below the given home, else the environment's HOME, else the user's home directory", async () => {
    const before = process.env["HOME"];
    onTestFinished(() => {
      if (before === undefined) delete process.env["HOME"];
      else process.env["HOME"] = before;
    });
    process.env["HOME"] = await home("user's");
    const environment = { HOME: await home("environment's") };
    const given = fromFile({ home: await home("given") });
    expect(shown((await given.resolve({ ...request, environment })).get("value"))).toBe("given");
    expect(shown((await fromFile().resolve({ ...request, environment })).get("value"))).toBe("environment's");
    expect(shown((await fromFile().resolve({ ...request, environment: {} })).get("value"))).toBe("user's");
    expect(shown((await fromFile().resolve({ ...request, environment: { HOME: "x" } })).get("value"))).toBe(
      "user's",
    );
    expect(shown((await fromFile().resolve(request)).get("value"))).toBe("user's");
    process.env["HOME"] = "";
    expect((await fromFile().resolve(request)).get("value")).toMatchObject({
      error: {
        code: "SECRET_PATH_UNREADABLE",
        message: "file:main: the home directory that ~/ stands for is not known",
      },
    });
  });

  test("and leads nowhere is shown in full, with what ~ stands for", async () => {
    const directory = await temporaryDirectory();
    const answers = await fromFile({ home: directory }).resolve(request);
    expect(answers.get("value")).toMatchObject({
      error: {
        message: `file:main: ${directory}/token does not exist`,
        hint: `create ${directory}/token, or correct the path; ~ is the home directory of this process`,
      },
    });
  });

  test("keeps the meaning of .. behind a link", async () => {
    const directory = await home("right");
    const other = await home("wrong");
    await symlink(join(directory, "sub"), join(other, "link"));
    const config = { ...request.config, path: "~/link/../token" };
    const answers = await fromFile({ home: other }).resolve({ ...request, config });
    expect(shown(answers.get("value"))).toBe("right");
  });
});

describe("the check", () => {
  const check = (config: FileProviderInput) => fromFile().check({ provider: "main", config });

  test("passes a trusted file without reading it", async () => {
    const path = await secretsFile("not JSON");
    expect(await check({ source: "file", path })).toBeUndefined();
    await chmod(path, 0o200);
    expect(await check({ source: "file", path })).toBeUndefined();
  });

  test("finds what resolving would find about path and configuration", async () => {
    const path = await secretsFile("{}", 0o666);
    expect(await check({ source: "file", path })).toMatchObject({
      code: "SECRET_PATH_UNTRUSTED",
      provider: "main",
      source: "file",
      message: `file:main: ${path} may be written by everyone (mode 0666)`,
      hint: `chmod go-w ${path}`,
    });
    expect(await check({ source: "file", path: "/nowhere/at/all" })).toMatchObject({
      code: "SECRET_PATH_UNREADABLE",
    });
    expect(await check({ source: "file", path: "relative" })).toMatchObject({
      code: "SECRET_PROVIDER_NOT_CONFIGURED",
      message:
        'provider "main": its configuration is not valid: path must be an absolute path or start with ~/',
    });
  });
});

describe("a configuration", () => {
  test("that breaks a rule is the failure of every id", async () => {
    const config = { source: "file", path: "/x", timeoutMs: 0 } as const;
    const answers = await fromFile().resolve({ provider: "main", config, ids: ["/a", "/b"] });
    for (const id of ["/a", "/b"])
      expect(answers.get(id)).toMatchObject({
        error: {
          code: "SECRET_PROVIDER_NOT_CONFIGURED",
          id,
          message: 'provider "main": its configuration is not valid: timeoutMs must be at least 1',
        },
      });
  });

  test("that is no object, or of another source, says so", async () => {
    const of = (config: unknown) =>
      fromFile().check({ provider: "main", config: config as FileProviderInput });
    expect(await of("x")).toMatchObject({
      message: 'provider "main": its configuration is not valid: it must be an object',
    });
    expect(await of({ source: "env" })).toMatchObject({
      code: "SECRET_PROVIDER_SOURCE_MISMATCH",
      message: 'provider "main" is of source "env", not "file"',
    });
  });
});
