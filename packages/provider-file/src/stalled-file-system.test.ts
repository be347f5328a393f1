import { constants, openSync, closeSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { FileProviderInput, SecretAnswer } from "@durar/secretref-schema";
import { command, run, temporaryDirectory, testWith, writePrivate } from "@durar/testing";
import { expect } from "vitest";
import { fromFile } from "./index.ts";

/**
 * Makes every asynchronous file system call of this process hang, as on a dead mount: each thread that serves them
 * is given a FIFO to open that nobody writes to. The answer lets them go on.
 */
async function stallFileSystem(): Promise<() => Promise<void>> {
  const directory = await temporaryDirectory();
  const threads = Number(process.env["UV_THREADPOOL_SIZE"] ?? 4);
  const fifos = Array.from({ length: threads }, (_, index) => join(directory, `fifo-${index}`));
  await run("mkfifo", fifos);
  const readers = fifos.map((fifo) => open(fifo, "r"));
  return async () => {
    const writers = fifos.map((fifo) => openSync(fifo, constants.O_RDWR));
    for (const reader of await Promise.all(readers)) await reader.close();
    for (const writer of writers) closeSync(writer);
  };
}

function shown(answers: ReadonlyMap<string, SecretAnswer>): unknown[] {
  return [...answers.values()].map((answer) => (answer.ok ? answer.value.reveal() : answer.error.code));
}

async function setUp(timeoutMs: number): Promise<{
  readonly hasty: { readonly provider: string; readonly config: FileProviderInput; readonly ids: string[] };
  readonly patient: { readonly provider: string; readonly config: FileProviderInput; readonly ids: string[] };
}> {
  const path = await writePrivate(join(await temporaryDirectory(), "secrets.json"), '{"a":"1","b":"2"}');
  const request = { provider: "main", ids: ["/a", "/b"] };
  return {
    hasty: { ...request, config: { source: "file", path, timeoutMs } },
    patient: { ...request, config: { source: "file", path, timeoutMs: 120_000 } },
  };
}

testWith(command("mkfifo"), "a file system that hangs: time out, fail at once, recover", async () => {
  const { hasty, patient } = await setUp(50);
  const provider = fromFile();
  const release = await stallFileSystem();
  try {
    const timedOut = await provider.resolve(hasty);
    expect(shown(timedOut)).toEqual(["SECRET_PROVIDER_TIMEOUT", "SECRET_PROVIDER_TIMEOUT"]);
    expect(timedOut.get("/b")).toMatchObject({
      error: { message: "file:main: the file system did not answer within timeoutMs, 50 ms", id: "/b" },
    });
    // Were another read started, these would wait for two minutes.
    expect(shown(await provider.resolve(patient))).toEqual([
      "SECRET_PROVIDER_TIMEOUT",
      "SECRET_PROVIDER_TIMEOUT",
    ]);
    expect(await provider.check(patient)).toMatchObject({
      code: "SECRET_PROVIDER_TIMEOUT",
      message: "file:main: the file system has not yet answered an earlier attempt that timed out",
    });
    // Another alias, and another provider, know nothing of it.
    expect((await provider.resolve({ ...hasty, provider: "other" })).get("/a")).toMatchObject({
      error: { message: "file:other: the file system did not answer within timeoutMs, 50 ms" },
    });
    expect(await fromFile().check(hasty)).toMatchObject({
      message: "file:main: the file system did not answer within timeoutMs, 50 ms",
    });
  } finally {
    await release();
  }
  await expect.poll(async () => shown(await provider.resolve(patient))).toEqual(["1", "2"]);
});

testWith(command("mkfifo"), "an abort ends the wait for a file system that hangs", async () => {
  const { patient } = await setUp(50);
  const release = await stallFileSystem();
  try {
    const controller = new AbortController();
    const wait = fromFile().resolve({ ...patient, signal: controller.signal });
    controller.abort();
    expect(shown(await wait)).toEqual(["SECRET_ABORTED", "SECRET_ABORTED"]);
    expect(await fromFile().check({ ...patient, signal: controller.signal })).toMatchObject({
      code: "SECRET_ABORTED",
    });
  } finally {
    await release();
  }
});
