import { command, testWith } from "@durar/testing";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  block,
  errorOf,
  groupIsGone,
  livingInGroup,
  note,
  openDescriptors,
  procfs,
  resolve,
  resolveOne,
  shell,
  timed,
  withLingeringChild,
} from "./fixtures/commands.ts";
// Loads execa here, so that it is in no time measured.
import "./run-command.ts";

const second = 1000;
const bare = { jsonOnly: false } as const;
/** The test starts a process outside the command's group. */
const setsid = { met: procfs.met && command("setsid").met, reason: "needs /proc and setsid" };

describe("a deadline is real", () => {
  testWith(
    procfs,
    "though a grandchild holds the pipes for 60 s",
    async () => {
      const command = await shell(`${withLingeringChild}\n/bin/sleep 60`);
      const { result, took } = await timed(resolveOne({ command, ...bare, timeoutMs: 500 }));
      expect(result).toBe("SECRET_PROVIDER_TIMEOUT");
      expect(took).toBeGreaterThan(450);
      expect(took).toBeLessThan(second);
      expect(await groupIsGone(Number(await note(`${command}.pid`)))).toBe(true);
    },
    { retry: 2 },
  );

  testWith(
    setsid,
    "though a grandchild has left the group, which is not chased, with the pipes",
    async () => {
      const command = await shell(
        'setsid /bin/sh -c \'echo $$ > "$0.pid"; exec /bin/sleep 60\' "$0" &\n/bin/sleep 60',
      );
      const before = openDescriptors();
      const pending = resolveOne({ command, ...bare, timeoutMs: 400 });
      const runaway = Number(await note(`${command}.pid`));
      onTestFinished(() => void process.kill(runaway, "SIGKILL"));
      expect(await pending).toBe("SECRET_PROVIDER_TIMEOUT");
      await wait(50);
      expect(livingInGroup(runaway)).toEqual([runaway]);
      expect(openDescriptors()).toBe(before);
    },
  );

  testWith(procfs, "though the command ignores every signal it can", async () => {
    const command = await shell('echo $$ > "$0.pid"\ntrap "" TERM INT HUP\nwhile :; do /bin/sleep 1; done');
    expect(await resolveOne({ command, ...bare, timeoutMs: 200 })).toBe("SECRET_PROVIDER_TIMEOUT");
    expect(await groupIsGone(Number(await note(`${command}.pid`)))).toBe(true);
  });

  test("though the command goes on writing", async () => {
    const command = await shell("while :; do printf x; /bin/sleep 0.05; done");
    expect(await resolveOne({ command, ...bare, timeoutMs: 250 })).toBe("SECRET_PROVIDER_TIMEOUT");
  });

  test("for a child that goes on writing after the command has exited", async () => {
    const command = await shell("(while :; do printf x; /bin/sleep 0.05; done) &");
    expect(await resolveOne({ command, ...bare, timeoutMs: 450 })).toBe("SECRET_PROVIDER_TIMEOUT");
  });

  test("and named with its option", async () => {
    const error = errorOf(
      await resolve({ command: await shell("/bin/sleep 60"), timeoutMs: 50 }, { ids: ["value"] }),
    );
    expect(error.message).toBe('provider "vault": the command did not finish within 50 ms');
    expect(error.hint).toContain("timeoutMs");
    expect(error.transient).toBe(true);
  });
});

describe("a silent command", () => {
  test("is given up after noOutputTimeoutMs without a byte", async () => {
    const command = await shell("printf x; /bin/sleep 60");
    const { result, took } = await timed(
      resolve({ command, timeoutMs: 30 * second, noOutputTimeoutMs: 200 }, { ids: ["value"] }),
    );
    expect(errorOf(result)).toMatchObject({
      code: "SECRET_PROVIDER_NO_OUTPUT",
      message: 'provider "vault": the command wrote nothing for 200 ms',
    });
    expect(took).toBeLessThan(10 * second);
  });

  test("is not one that drips", async () => {
    const command = await shell("for part in a b c d e f; do printf $part; /bin/sleep 0.1; done");
    expect(await resolveOne({ command, ...bare, noOutputTimeoutMs: 500, timeoutMs: 30 * second })).toBe(
      "abcdef",
    );
  });

  test("is not one that drips on stderr alone", async () => {
    const command = await shell(
      "for part in a b c d e f; do printf $part >&2; /bin/sleep 0.1; done; echo done",
    );
    expect(await resolveOne({ command, ...bare, noOutputTimeoutMs: 500, timeoutMs: 30 * second })).toBe(
      "done",
    );
  });

  test("has timed out where both timers are due", async () => {
    const command = await shell('echo up > "$0.up"; /bin/sleep 60');
    const pending = resolveOne({ command, timeoutMs: 500, noOutputTimeoutMs: 450 });
    await note(`${command}.up`);
    block(600);
    expect(await pending).toBe("SECRET_PROVIDER_TIMEOUT");
  });
});

test("an answer that came in time counts, though the program was too busy to read it", async () => {
  const command = await shell('echo up > "$0.up"; /bin/sleep 0.1; printf answer');
  const pending = resolveOne({ command, ...bare, timeoutMs: 600, noOutputTimeoutMs: 550 });
  await note(`${command}.up`);
  block(800);
  expect(await pending).toBe("answer");
});
