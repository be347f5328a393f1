import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDurarError, type DurarError } from "@durar/secretref-schema";
import { assertNoLeak, canary, command, run, temporaryDirectory, testWith } from "@durar/testing";
import { expect, test } from "vitest";
import { checkConfig, parseConfig, readConfigFile } from "./read-config.ts";

const secret = canary();

async function errorsOf(read: () => unknown): Promise<readonly DurarError[]> {
  const outcome = await assertNoLeak(secret, read);
  const errors = outcome.threw && outcome.error instanceof AggregateError ? outcome.error.errors : undefined;
  const all: readonly unknown[] = errors ?? (outcome.threw ? [outcome.error] : []);
  expect(all.every((error) => isDurarError(error) && error.code === "CONFIG_INVALID")).toBe(true);
  return all as readonly DurarError[];
}

async function messageOf(read: () => unknown): Promise<string> {
  const [error, ...more] = await errorsOf(read);
  expect(more).toEqual([]);
  return error?.message ?? "";
}

test("a configuration is JSON5, with a byte order mark or without", async () => {
  const path = join(await temporaryDirectory(), "Durar.json");
  await writeFile(path, "\ufeff{ a: 'b', /* c */ }");
  expect(readConfigFile(path).value).toEqual({ a: "b" });
});

test("a text that is not well formed is refused with file, line, column, rule and what to do", async () => {
  const path = join(await temporaryDirectory(), "Durar.json");
  await writeFile(path, `{\n  a: "${secret}"\n  b: 1\n}`);
  const [error] = await errorsOf(() => readConfigFile(path));
  expect(error?.message).toBe(`${path}: line 3, column 3: a , or } is expected after the member`);
  expect(error?.hint).toBe("separate members with , and close the object with }");
});

test("what is no readable file is refused by its path", async () => {
  const directory = await temporaryDirectory();
  const path = join(directory, "Durar.json");
  expect(await messageOf(() => readConfigFile(path))).toBe(`${path}: the file does not exist`);
  await mkdir(path);
  expect(await messageOf(() => readConfigFile(path))).toBe(`${path}: it is a directory`);
  const bytes = join(directory, "bytes.json");
  await writeFile(bytes, Buffer.from(`{\r\n a: "${secret}", "\xe9": 1 }`, "latin1"));
  expect(await messageOf(() => readConfigFile(bytes))).toBe(
    `${bytes}: line 2, column ${10 + secret.length}: the file is not valid UTF-8`,
  );
});

testWith(command("mkfifo"), "a FIFO is refused, and nobody waits for a writer", async () => {
  const path = join(await temporaryDirectory(), "Durar.json");
  await run("mkfifo", [path]);
  expect(await messageOf(() => readConfigFile(path))).toBe(`${path}: it is not a regular file`);
});

test("a path with control characters is shown without them", async () => {
  const path = join(await temporaryDirectory(), "a\u001b[31m\n.json");
  expect(await messageOf(() => readConfigFile(path))).not.toMatch(/\p{Cc}/u);
});

test("every broken rule is reported, with the place of the value or of what should hold it", async () => {
  const text = `{
  gateway: { port: "${secret}", auth: { mode: "${secret}" } },
  agents: { list: [{ id: "a" }, { id: "a" }, {}] },
  secrets: { providers: { x: { source: "nope" } } },
}`;
  const document = parseConfig(text, "file");
  const errors = await errorsOf(() => checkConfig(document.value, document, "file"));
  expect(errors.map(({ message }) => message.slice(0, message.indexOf(" ", 6)))).toEqual([
    expect.stringMatching(/^file:2:20/),
    expect.stringMatching(/^file:2:\d+/),
    expect.stringMatching(/^file:3:46/),
    expect.stringMatching(/^file:4:\d+/),
    expect.stringMatching(/^file:3:39/),
  ]);
  expect(errors.map(({ paths }) => paths[0])).toEqual([
    "gateway.port",
    "gateway.auth.mode",
    "agents.list.2.id",
    "secrets.providers.x.source",
    "agents.list.1.id",
  ]);
});

test.each([
  ["a list", "[]"],
  ["null", "null"],
  ["a number", "5"],
  ["a text", `"${canary()}"`],
])("a root that is no object is refused: %s", async (_what, text) => {
  const document = parseConfig(text, "file");
  const message = await messageOf(() => checkConfig(document.value, document, "file"));
  expect(message).toMatch(/^file:1:1: the configuration must be/);
});
