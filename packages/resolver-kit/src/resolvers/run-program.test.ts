import { canary, run, temporaryDirectory, writeScript } from "@durar/testing";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { isRefusal } from "../refusal.ts";
import { runProgram } from "./run-program.ts";

async function shell(body: string): Promise<string> {
  return writeScript(join(await temporaryDirectory(), "tool"), `#!/bin/sh\n${body}\n`);
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

test("the signal kills the tool at once", async () => {
  const command = await shell('echo $$ > "$0.pid"; exec /bin/sleep 60');
  const caller = new AbortController();
  const running = refusalOf(runProgram({ command, args: [], signal: caller.signal }));
  while (!existsSync(`${command}.pid`) || readFileSync(`${command}.pid`, "utf8") === "") await wait(5);
  const pid = readFileSync(`${command}.pid`, "utf8").trim();
  caller.abort();
  expect(await running).toBe("UNAVAILABLE");
  for (let tries = 0; tries < 400 && (await run("kill", ["-0", pid])).exitCode === 0; tries += 1)
    await wait(5);
  expect((await run("kill", ["-0", pid])).exitCode).not.toBe(0);
});

test("a caller that has given up starts nothing that lasts", async () => {
  const command = await shell(`echo ${canary()}; /bin/sleep 60`);
  const signal = AbortSignal.abort();
  expect(await refusalOf(runProgram({ command, args: [], signal }))).toBe("UNAVAILABLE");
});
