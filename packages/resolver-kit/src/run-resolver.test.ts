import { assertAbsent, canary, command, run, temporaryDirectory, testWith } from "@durar/testing";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ask, program, request } from "./fixtures/resolver-programs.ts";

test("a program of one line answers the protocol", async () => {
  const { stdout, stderr, exitCode } = await ask(
    "await defineResolver({ resolveOne: (id, { provider }) => `${provider}:${id}` }).run();",
  );
  expect(stdout).toBe('{"protocolVersion":1,"values":{"db/password":"vault:db/password"},"errors":{}}\n');
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
});

test("what the author's code prints never reaches the answer", async () => {
  const { stdout, stderr } = await ask(`
    await defineResolver({
      resolveOne() {
        console.log("by console");
        process.stdout.write("by stream");
        process.stdout.end("by the stream's end");
        setTimeout(() => console.log("later"));
        return "value";
      },
    }).run();`);
  expect(stdout).toBe('{"protocolVersion":1,"values":{"db/password":"value"},"errors":{}}\n');
  expect(stderr).toContain("by console\nby streamby the stream's end");
});

test("a stream that the author pipes to standard output ends like any other", async () => {
  const { stdout, stderr } = await ask(`
    import { pipeline } from "node:stream/promises";
    import { Readable } from "node:stream";
    await defineResolver({
      async resolveOne() {
        await pipeline(Readable.from(["first\\n"]), process.stdout);
        await pipeline(Readable.from(["second\\n"]), process.stdout);
        return "value";
      },
    }).run();`);
  expect(stdout).toBe('{"protocolVersion":1,"values":{"db/password":"value"},"errors":{}}\n');
  expect(stderr).toBe("first\nsecond\n");
});

test("the answer does not wait for an author who holds standard output back", async () => {
  const { stdout, exitCode } = await ask(
    'process.stdout.cork(); await defineResolver({ resolveOne: () => "value" }).run();',
  );
  expect(stdout).toBe('{"protocolVersion":1,"values":{"db/password":"value"},"errors":{}}\n');
  expect(exitCode).toBe(0);
});

test("it ends when it has answered, whatever the author has left open", async () => {
  const { exitCode } = await ask(
    'setInterval(() => {}, 1000); await defineResolver({ resolveOne: () => "value" }).run();',
  );
  expect(exitCode).toBe(0);
});

test("an answer of megabytes arrives whole", async () => {
  const { stdout, exitCode } = await ask(
    'await defineResolver({ resolveOne: () => "x".repeat(4e6) }).run();',
  );
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toHaveProperty(["values", "db/password", "length"], 4e6);
});

test("the text of an error that the author's code throws is nowhere", async () => {
  const secret = canary();
  const { stdout, stderr, exitCode } = await ask(
    `await defineResolver({ resolveOne() { throw new Error(${JSON.stringify(secret)}); } }).run();`,
  );
  assertAbsent(secret, stdout + stderr);
  expect(JSON.parse(stdout)).toMatchObject({ errors: { "db/password": { code: "UNAVAILABLE" } } });
  expect(exitCode).toBe(0);
});

test("nor is that of one that onError throws in its turn", async () => {
  const secret = canary();
  const { stdout, stderr, exitCode } = await ask(`
    const onError = (error) => { throw error; };
    await defineResolver({
      resolveOne: () => new Promise(() => setTimeout(() => { throw new Error(${JSON.stringify(secret)}); })),
      onError,
    }).run();`);
  expect({ stdout, stderr, exitCode }).toEqual({
    stdout: "",
    stderr: "resolver: a fault of the resolver itself\n",
    exitCode: 70,
  });
});

test("nor is that of one thrown where nobody waits for it: there is no answer then", async () => {
  const secret = canary();
  const { stdout, stderr, exitCode } = await ask(`
    await defineResolver({
      name: "mine",
      resolveOne: () => new Promise(() => setTimeout(() => { throw new Error(${JSON.stringify(secret)}); })),
    }).run();`);
  expect({ stdout, stderr, exitCode }).toEqual({
    stdout: "",
    stderr: "mine: a fault of the resolver itself\n",
    exitCode: 70,
  });
});

test.each([
  ["nothing", "", "empty"],
  ["half a request", request("db/password").slice(0, 20), "not JSON"],
  ["two requests", request("a") + request("b"), "not JSON"],
  ["more than 5 MiB", " ".repeat(5 * 1024 * 1024 + 1), "larger than 5242880 bytes"],
])(
  "%s is no request: status 65, no answer, and a reason that does not quote it",
  async (_, input, reason) => {
    const { stdout, stderr, exitCode } = await ask(
      'await defineResolver({ resolveOne: () => "v" }).run();',
      input,
    );
    expect(exitCode).toBe(65);
    expect(stdout).toBe("");
    expect(stderr).toMatch(`resolver: the request is ${reason}`);
    expect(stderr).not.toContain("db/password");
  },
);

test("a request that does not come is not waited for longer than was said", async () => {
  const child = spawn(
    await program('await defineResolver({ resolveOne: () => "v", timeoutMs: 100 }).run();'),
  );
  const [status] = (await once(child, "exit")) as [number];
  expect(status).toBe(65);
});

test("a caller that no longer reads ends it with status 74, in silence", async () => {
  const child = spawn(await program('await defineResolver({ resolveOne: () => "x".repeat(1e6) }).run();'));
  let noise = "";
  child.stderr.on("data", (chunk: Buffer) => (noise += chunk.toString()));
  child.stdout.destroy();
  child.stdin.end(request("a"));
  const [status] = (await once(child, "close")) as [number];
  expect({ status, noise }).toEqual({ status: 74, noise: "" });
});

test("SIGTERM reaches the author's signal, and ends it without an answer", async () => {
  const note = join(await temporaryDirectory(), "note");
  const child = spawn(
    await program(`
      import { writeFileSync } from "node:fs";
      await defineResolver({
        resolveOne: (id, { signal }) =>
          new Promise(() => {
            signal.addEventListener("abort", () => writeFileSync(${JSON.stringify(note)}, "let go"));
            console.log("ready");
          }),
      }).run();`),
  );
  let answer = "";
  child.stdout.on("data", (chunk: Buffer) => (answer += chunk.toString()));
  child.stdin.end(request("a"));
  await once(child.stderr, "data");
  child.kill("SIGTERM");
  const [status] = (await once(child, "close")) as [number];
  expect({ status, answer, letGo: existsSync(note) }).toEqual({ status: 143, answer: "", letGo: true });
});

testWith(command("script"), "on a terminal it prints its usage and asks for nothing", async () => {
  const path = await program(
    'await defineResolver({ name: "mine", usage: "Mine.", resolveOne: () => "v" }).run();',
  );
  const { stdout, exitCode } = await run("script", ["-qec", path, "/dev/null"]);
  expect(stdout).toContain("mine: a secret resolver");
  expect(stdout).toContain("conform --id ID -- mine");
  expect(stdout).toContain("Mine.");
  expect(exitCode).toBe(64);
});
