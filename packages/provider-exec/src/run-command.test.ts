import { assertNoLeak, canary, testWith, writeScript } from "@durar/testing";
import { getEventListeners } from "node:events";
import { existsSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  errorOf,
  groupIsGone,
  note,
  openDescriptors,
  procfs,
  resolve,
  resolveOne,
  script,
  shell,
  shown,
  timed,
  withLingeringChild,
} from "./fixtures/commands.ts";
import { runCommand } from "./run-command.ts";

const second = 1000;
const bare = { jsonOnly: false } as const;

describe("after the command itself has exited", () => {
  testWith(procfs, "its answer is not lost to a lingering child, which is killed", async () => {
    const command = await shell(`${withLingeringChild}\necho answer`);
    const { result, took } = await timed(resolveOne({ command, ...bare, timeoutMs: 20 * second }));
    expect(result).toBe("answer");
    expect(took).toBeGreaterThan(190);
    expect(took).toBeLessThan(10 * second);
    expect(await groupIsGone(Number(await note(`${command}.pid`)))).toBe(true);
  });

  testWith(procfs, "a child that closed its output is killed too, and not waited for", async () => {
    const command = await shell('echo $$ > "$0.pid"\n/bin/sleep 60 >/dev/null 2>&1 &\necho answer');
    expect(await resolveOne({ command, ...bare })).toBe("answer");
    expect(await groupIsGone(Number(await note(`${command}.pid`)))).toBe(true);
  });

  test("what a child still writes is part of the answer", { retry: 2 }, async () => {
    const command = await shell("printf one-\n(/bin/sleep 0.1; printf two-; /bin/sleep 0.1; printf three) &");
    expect(await resolveOne({ command, ...bare })).toBe("one-two-three");
  });

  test("a child that only logs does not hold up the answer", async () => {
    const command = await shell("(while :; do printf log >&2; /bin/sleep 0.05; done) &\necho answer");
    expect(await resolveOne({ command, ...bare, timeoutMs: 20 * second })).toBe("answer");
  });

  test("noOutputTimeoutMs no longer counts", { retry: 4 }, async () => {
    const command = await shell("printf one-\n(/bin/sleep 0.15; printf two) &");
    expect(await resolveOne({ command, ...bare, noOutputTimeoutMs: 100 })).toBe("one-two");
  });
});

describe("output beyond maxOutputBytes", () => {
  const both = "printf %600s x; printf %400s y >&2";

  test("starts one byte after it, stdout and stderr together", async () => {
    const command = await shell(both);
    expect(await resolveOne({ command, ...bare, maxOutputBytes: 1000 })).toBe("x".padStart(600));
    expect(await resolveOne({ command, ...bare, maxOutputBytes: 999 })).toBe("SECRET_PROVIDER_OUTPUT_LIMIT");
  });

  testWith(procfs, "ends a command that floods stderr", async () => {
    const command = await shell('echo $$ > "$0.pid"\nwhile :; do echo flood >&2; done');
    const error = errorOf(await resolve({ command, maxOutputBytes: 100_000 }, { ids: ["value"] }));
    expect(error.code).toBe("SECRET_PROVIDER_OUTPUT_LIMIT");
    expect(error.message).toContain("more than 100000 bytes (maxOutputBytes)");
    expect(await groupIsGone(Number(await note(`${command}.pid`)))).toBe(true);
  });
});

describe("the caller's signal", () => {
  test("that is aborted already keeps the command from starting", async () => {
    const command = await shell('echo up > "$0.up"');
    const signal = AbortSignal.abort(new Error("enough"));
    expect(await resolveOne({ command, ...bare }, { signal })).toBe("SECRET_ABORTED");
    await wait(100);
    expect(existsSync(`${command}.up`)).toBe(false);
  });

  test("that is aborted between the verdict and the start keeps it from starting too", async () => {
    const command = await shell('echo up > "$0.up"');
    const run = { command, args: [], directory: "/", environment: {}, input: "", maxOutputBytes: 1 };
    const limits = { timeoutMs: second, noOutputTimeoutMs: second, signal: AbortSignal.abort() };
    expect(await runCommand({ ...run, ...limits })).toEqual({ end: "aborted" });
    expect(existsSync(`${command}.up`)).toBe(false);
  });

  testWith(procfs, "ends a run midway, with its whole group", async () => {
    const command = await shell(`${withLingeringChild}\n/bin/sleep 60`);
    const controller = new AbortController();
    const pending = resolveOne({ command, ...bare, timeoutMs: 60 * second }, { signal: controller.signal });
    const group = Number(await note(`${command}.pid`));
    controller.abort();
    const { result, took } = await timed(pending);
    expect(result).toBe("SECRET_ABORTED");
    expect(took).toBeLessThan(second);
    expect(await groupIsGone(group)).toBe(true);
  });
});

describe("a command that fails", () => {
  test("is reported by its status, whatever it has answered", async () => {
    const secret = canary();
    const command = await script(`answer({ value: ${JSON.stringify(secret)} }); process.exitCode = 3;`);
    const outcome = await assertNoLeak(secret, () => resolve({ command }, { ids: ["value"] }));
    expect(outcome.threw || errorOf(outcome.result)).toMatchObject({
      code: "SECRET_PROVIDER_EXIT",
      message: 'provider "vault": the command ended with status 3',
    });
  });

  test("is reported by the signal that killed it", async () => {
    const error = errorOf(await resolve({ command: await shell("kill -TERM $$") }, { ids: ["value"] }));
    expect(error.code).toBe("SECRET_PROVIDER_EXIT");
    expect(error.message).toContain("killed by SIGTERM");
  });

  test("though a child holds its pipes", async () => {
    const command = await shell("/bin/sleep 60 &\nexit 4");
    expect(errorOf(await resolve({ command }, { ids: ["value"] })).message).toContain("status 4");
  });
});

describe("stdin", () => {
  test("may be left unread and closed early, however long the request", async () => {
    const ids = Array.from({ length: 512 }, (_, index) => `${"long/".repeat(45)}${index}`);
    const command = await shell(`exec <&-; /bin/sleep 0.1; echo '{"protocolVersion":1,"values":{}}'`);
    expect(shown((await resolve({ command }, { ids })).get(ids[0] ?? ""))).toBe("SECRET_NOT_FOUND");
  });

  test("carries one line and is closed", async () => {
    const command = await shell(
      'IFS= read -r line; echo "$line"; if read -r more; then echo more; else echo end; fi',
    );
    expect(await resolveOne({ command, ...bare })).toBe(
      // Two lines are no JSON, so they are the bare value.
      '{"protocolVersion":1,"provider":"vault","ids":["value"]}\nend',
    );
  });
});

testWith(procfs, "200 runs leave no descriptor, handle, listener, warning or rejection behind", async () => {
  const complaints: unknown[] = [];
  const complain = (complaint: unknown): number => complaints.push(complaint);
  process.on("warning", complain).on("unhandledRejection", complain);
  onTestFinished(() => void process.off("warning", complain).off("unhandledRejection", complain));
  const { signal } = new AbortController();
  const answering = await shell("echo answer");
  const failing = await shell("exit 1");
  const hanging = await shell("/bin/sleep 60 &\n/bin/sleep 60");
  const broken = await writeScript(`${answering}.broken`, "#!/none/such\n");
  const rounds = async (count: number): Promise<void> => {
    for (let round = 0; round < count; round += 1)
      await Promise.all([
        resolveOne({ command: answering, ...bare }, { signal }),
        resolveOne({ command: failing, ...bare }, { signal }),
        resolveOne({ command: hanging, ...bare, timeoutMs: 20 }, { signal }),
        resolveOne({ command: broken, ...bare }, { signal }),
      ]);
    await wait(100);
  };
  await rounds(5);
  const before = left(signal);
  await rounds(50);
  expect(left(signal)).toEqual(before);
  expect(complaints).toEqual([]);
});

test("a run that has settled leaves no timer behind", async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const command = await shell("echo answer");
  const before = timers();
  await Promise.all(Array.from({ length: 10 }, () => resolveOne({ command, ...bare })));
  // The test runner has a few of its own.
  expect(timers() - before).toBeLessThan(5);
});

/** What this process holds for its runs. */
function left(signal: AbortSignal): unknown {
  return {
    descriptors: openDescriptors(),
    handles: process.getActiveResourcesInfo().filter((name) => /Process|Pipe/.test(name)).length,
    listeners: getEventListeners(signal, "abort").length,
  };
}
