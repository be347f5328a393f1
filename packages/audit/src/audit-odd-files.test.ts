import { chmodSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { run } from "@durar/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { audit, auditDirectory, layOut, listFiles, type StateDirectory } from "./fixtures/state-directory.ts";

const good = {
  "Durar.json": '{ cron: { webhookToken: "<<config>>" } }',
  "z/.env": "X_TOKEN=<<env>>\n",
  "agents/main/agent/auth-profiles.json":
    '{"profiles":{"a:1":{"type":"api_key","provider":"a","key":"<<key>>"}}}',
  "agents/main/agent/models.json": '{"providers":{"p":{"apiKey":"<<model>>"}}}',
  "agents/main/agent/auth.json": '{"p":{"type":"api_key","key":"<<legacy>>"}}',
};
const kinds = Object.keys(good) as (keyof typeof good)[];
const others = (file: string): string[] => kinds.filter((kind) => kind !== file);

/** Every way a file can be odd: how it is made, and where and how the one finding about it reads. */
const odd: Readonly<Record<string, { make: (path: string) => unknown; says: RegExp; only?: string }>> = {
  "a directory": { make: (path) => mkdirSync(path), says: /:1:1 it is a directory/ },
  "a link to a directory": {
    make: (path) => symlinkSync(dirname(path), path),
    says: /:1:1 it is a directory/,
  },
  "a link to nothing": {
    make: (path) => symlinkSync("/nowhere", path),
    says: /:1:1 the file does not exist/,
  },
  "a link to itself": {
    make: (path) => symlinkSync(path, path),
    says: /:1:1 the file cannot be read \(ELOOP\)/,
  },
  "a device": { make: (path) => symlinkSync("/dev/zero", path), says: /:1:1 it is not a regular file/ },
  "a FIFO": { make: (path) => run("mkfifo", [path]), says: /:1:1 it is not a regular file/ },
  "a socket": { make: listen, says: /:1:1 it is not a regular file/ },
  "65 MiB": { make: (path) => sparse(path, 65), says: /:1:1 the file is larger than the limit/ },
  "invalid UTF-8": { make: bytes("{}\n  \xff"), says: /:2:3 the file is not valid UTF-8/ },
  "UTF-16": { make: bytes("\xff\xfe{\0}\0"), says: /:1:1 the file is not valid UTF-8/ },
  "an empty file": {
    make: bytes(""),
    says: /:1:1 not valid JSON5?, .*: the document holds no value/,
    only: "json",
  },
  "broken JSON": {
    make: bytes('{\n"a": \n}'),
    says: /:3:1 not valid JSON5?, .*: a value is expected/,
    only: "json",
  },
  "NUL bytes": { make: bytes("{\0}"), says: /:1:2 not valid JSON5?/, only: "json" },
  "an array": { make: bytes("[]"), says: /:1:1 the root must be an object/, only: "json" },
  "a number": { make: bytes("7"), says: /:1:1 the root must be an object/, only: "json" },
  null: { make: bytes("null"), says: /:1:1 the root must be an object/, only: "json" },
  "a depth bomb": { make: bytes('{"a":'.repeat(100_000)), says: /:1:1001 .* nested too deep/, only: "json" },
  "lines that say nothing": { make: bytes("\n{\n}\n"), says: /:2:1 the line is .* ignored/, only: "env" },
  "lines of NUL bytes": { make: bytes("\0\0\n"), says: /:1:1 the line is .* ignored/, only: "env" },
};

function bytes(text: string): (path: string) => void {
  return (path) => writeFileSync(path, text, "latin1");
}

function sparse(path: string, mebibytes: number): void {
  writeFileSync(path, "{");
  truncateSync(path, mebibytes * 1024 * 1024);
}

async function listen(path: string): Promise<void> {
  const server = createServer();
  onTestFinished(() => new Promise<void>((closed) => server.close(() => closed())));
  await new Promise<void>((listening) => server.listen(path, () => listening()));
}

async function laidOutWith(file: string, make: (path: string) => unknown): Promise<StateDirectory> {
  const state = await layOut(good);
  const path = join(state.directory, file);
  rmSync(path);
  await make(path);
  return state;
}

describe.each(kinds)("in the place of %s", (file) => {
  const format = file.endsWith(".env") ? "env" : "json";
  const cases = Object.entries(odd).filter(([, { only }]) => only === undefined || only === format);

  test.each(cases)(
    "%s is one precise finding, and the other files are still audited",
    async (_name, { make, says }) => {
      const { directory, secrets } = await laidOutWith(file, make);
      const { report, found } = await auditDirectory({ directory, secrets });
      const [unreadable, ...rest] = report.findings.filter(({ code }) => code === "STORE_UNREADABLE");
      expect(rest).toEqual([]);
      expect(unreadable).toMatchObject({ severity: "error", path: "", file: join(directory, file) });
      expect(`:${unreadable?.line}:${unreadable?.column} ${unreadable?.message}`).toMatch(says);
      expect(unreadable?.hint).not.toBe("");
      const plaintext = found
        .filter((line) => !line.includes("STORE_UNREADABLE"))
        .map((line) => line.split(":")[0]);
      expect(plaintext.sort()).toEqual(others(file).sort());
      const isConfig = file === "Durar.json";
      expect(report.status).toBe(isConfig ? "unresolved" : "findings");
      expect(report.summary).toMatchObject({ unreadableCount: 1 });
    },
  );
});

test("a byte order mark is no fault, and takes no column", async () => {
  const marked = Object.fromEntries(Object.entries(good).map(([file, text]) => [file, `\ufeff${text}`]));
  const plain = await auditDirectory(await layOut(good));
  const { found } = await auditDirectory(await layOut(marked));
  expect(found).toEqual(plain.found);
  expect(found).toHaveLength(5);
});

/** Runs something as a user whom permissions bind. */
async function asOrdinaryUser<Result>(run: () => Promise<Result>): Promise<Result> {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    return await run();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

test.each(kinds)(
  "%s that the user may not read is a finding, and the others are still audited",
  async (file) => {
    const state = await layOut(good);
    for (const kind of kinds) chmodSync(join(state.directory, kind), kind === file ? 0o000 : 0o644);
    const { report, found } = await asOrdinaryUser(() => auditDirectory(state));
    const [unreadable] = report.findings.filter(({ code }) => code === "STORE_UNREADABLE");
    expect(unreadable).toMatchObject({ file: join(state.directory, file), path: "", line: 1, column: 1 });
    expect(unreadable?.message).toBe("the file cannot be read (EACCES)");
    expect(found).toHaveLength(kinds.length);
    expect(report.resolution.resolvabilityComplete).toBe(false);
  },
);

test("a reader that throws is a file that cannot be read, and what it threw is not shown", async () => {
  const state = await layOut({ "Durar.json": "{}" });
  const path = join(state.directory, "auth-profiles.json");
  const read = (): never => {
    throw new Error(`while reading ${[...state.secrets.values()].join()}`);
  };
  const stores = [
    ...listFiles(state.directory),
    { kind: "auth-profiles", format: "json", path, read } as const,
  ];
  const { report } = await auditDirectory(state, { stores });
  expect(report.findings).toMatchObject([{ file: path, message: "the file cannot be read" }]);
});

test("without a configuration that can be read, no ref is called unresolved for want of its provider", async () => {
  const profile = { type: "api_key", provider: "a", keyRef: { source: "exec", provider: "vault", id: "a" } };
  const { report, found } = await audit({
    "Durar.json": "{ broken",
    "agents/main/agent/auth-profiles.json": JSON.stringify({ profiles: { "a:1": profile } }),
  });
  expect(found).toEqual(["Durar.json:1:9 error STORE_UNREADABLE"]);
  expect(report).toMatchObject({
    status: "unresolved",
    configFile: report.findings[0]?.file,
    resolution: { resolvabilityComplete: false },
  });
});

test("each $include is a finding that names its place, and keeps the audit from being complete", async () => {
  const { report, found } = await audit({
    "Durar.json":
      '{ $include: "./a.json", channels: { telegram: { $include: ["./b.json"], botToken: "<<a>>" } } }',
  });
  expect(found).toEqual([
    "Durar.json:1:13 error STORE_UNREADABLE $include",
    "Durar.json:1:59 error STORE_UNREADABLE channels.telegram.$include",
    "Durar.json:1:83 warn PLAINTEXT_FOUND channels.telegram.botToken",
  ]);
  expect(report).toMatchObject({ status: "findings", resolution: { resolvabilityComplete: false } });
  const alone = await audit({ "Durar.json": '{ $include: "./a.json" }' });
  expect(alone.report.status).toBe("incomplete");
});
