import { run } from "@durar/testing";
import { expect, test } from "vitest";
import { buildProgram } from "../../fixtures/gateway-processes.ts";

test("where no more files can be opened, a process is not started, and who would start it lives on", async () => {
  const program = await buildProgram("no-files-left-program");
  const line = 'ulimit -n 64 && exec "$0" "$1"';
  expect(await run("sh", ["-c", line, process.execPath, program])).toMatchObject({
    exitCode: 0,
    stdout: "refused\n",
  });
});
