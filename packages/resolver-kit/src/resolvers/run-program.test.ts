import { temporaryDirectory, testWith, writeScript, type Requirement } from "@durar/testing";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { showsChildren } from "../process-table.ts";
import { isRefusal } from "../refusal.ts";
import { runProgram } from "./run-program.ts";

async function shell(body: string): Promise<string> {
  return writeScript(join(await temporaryDirectory(), "tool"), `#!/bin/sh\n${body}\n`);
}

/** One that has ended and waits for its parent to notice does not live. */
function lives(pid: string): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

const never = new AbortController().signal;
const refusalOf = (run: Promise<unknown>) =>
  run.then(
    () => undefined,
    (error: unknown) => isRefusal(error) && error.code,
  );

test("a tool gets its input and answers its output and status; its standard error goes nowhere", async () => {
  const command = await shell("cat; echo noise >&2; exit 3");
  const ended = await runProgram({ command, args: [], input: "input", signal: never });
  expect(ended).toEqual({ status: 3, stdout: "input" });
});

test("a tool that does not read its input is fine", async () => {
  const command = await shell("exec <&-; echo done");
  const ended = await runProgram({ command, args: [], input: "x".repeat(1e6), signal: never });
  expect(ended.stdout).toBe("done\n");
});

test("a tool that cannot be started, or writes no UTF-8, is unavailable", async () => {
  expect(await refusalOf(runProgram({ command: "/no/such/tool", args: [], signal: never }))).toBe(
    "UNAVAILABLE",
  );
  const command = await shell("printf '\\351'");
  expect(await refusalOf(runProgram({ command, args: [], signal: never }))).toBe("UNAVAILABLE");
});

test("a child that holds standard output after the tool has ended costs no answer", async () => {
  const command = await shell('echo value; /bin/sleep 30 & echo $! > "$0.pid"');
  const ended = await runProgram({ command, args: [], signal: never });
  process.kill(Number(readFileSync(`${command}.pid`, "utf8")), "SIGKILL");
  expect(ended).toEqual({ status: 0, stdout: "value\n" });
});

const procfs: Requirement = { met: showsChildren, reason: "needs /proc" };

for (const [what, body] of [
  ["the tool", 'echo $$ > "$0.pid"; exec /bin/sleep 60'],
  ["what the tool has started", '/bin/sleep 60 & echo $! > "$0.pid"; wait'],
] as const)
  testWith(procfs, `the signal kills ${what} at once`, async () => {
    const command = await shell(body);
    const caller = new AbortController();
    const running = refusalOf(runProgram({ command, args: [], signal: caller.signal }));
    while (!existsSync(`${command}.pid`) || readFileSync(`${command}.pid`, "utf8") === "") await wait(5);
    const pid = readFileSync(`${command}.pid`, "utf8").trim();
    caller.abort();
    expect(await running).toBe("UNAVAILABLE");
    for (let tries = 0; tries < 400 && lives(pid); tries += 1) await wait(5);
    expect(lives(pid)).toBe(false);
  });

test("for a caller that has given up nothing is started", async () => {
  const command = await shell('echo started > "$0.note"');
  const signal = AbortSignal.abort();
  expect(await refusalOf(runProgram({ command, args: [], signal }))).toBe("UNAVAILABLE");
  await wait(50);
  expect(existsSync(`${command}.note`)).toBe(false);
});
