import { existsSync, readdirSync } from "node:fs";
import { chmod, lstat, mkdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { createGatewayClient, gatewaySocketPath } from "@durar/gateway-client";
import { command, root, run, temporaryDirectory, testWith } from "@durar/testing";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { buildGatewayProgram, startProcess } from "../fixtures/gateway-processes.ts";
import { gatewayPlace, ownerOf, type GatewayPlace } from "../fixtures/gateway-place.ts";

let program: string;
beforeAll(async () => {
  program = await buildGatewayProgram();
}, 120_000);

async function emptyPlace(): Promise<GatewayPlace> {
  const place = await gatewayPlace();
  await place.writeConfig({});
  return place;
}

/** Everything below a state directory that has to do with its socket. */
function traces({ directory }: GatewayPlace): string[] {
  return readdirSync(directory).filter((name) => !["Durar.json", "secrets.json"].includes(name));
}

/** Listens at a path in a process of its own; `answers` is what it does with a connection. */
function occupy(path: string, answers = ""): ReturnType<typeof startProcess> {
  const source = `require("node:net").createServer((socket) => { socket.on("error", () => {}); ${answers} })
    .listen(${JSON.stringify(path)}, () => console.log("listening"));`;
  return startProcess(["-e", source]);
}

test("the socket is 0600 in a 0700 directory from its first moment on, whatever the umask", async () => {
  const place = await emptyPlace();
  const old = process.umask(0o022);
  onTestFinished(() => void process.umask(old));
  const modes = new Set<string>();
  let isOver = false;
  const looking = (async () => {
    while (!isOver) {
      for (const name of traces(place)) {
        const stats = await lstat(join(place.directory, name)).catch(() => undefined);
        if (stats?.isSocket() === true) modes.add((stats.mode & 0o777).toString(8));
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const gateway = await place.start();
  await ownerOf(gateway).health();
  isOver = true;
  await looking;
  expect([...modes]).toEqual(["600"]);
  expect((await lstat(gateway.socket)).mode & 0o777).toBe(0o600);
  expect((await lstat(place.directory)).mode & 0o777).toBe(0o700);
  expect(process.umask()).toBe(0o022);
  expect(traces(place)).toEqual(["gateway.sock"]);
  await gateway.close();
  expect(traces(place)).toEqual([]);
});

testWith(
  { met: root.met && command("setpriv").met, reason: "needs root and setpriv" },
  "another user cannot connect, not even where the directory is opened up",
  async () => {
    const place = await emptyPlace();
    const { socket } = await place.start();
    const source = `require("node:net").connect(${JSON.stringify(socket)})
      .on("connect", () => console.log("connected")).on("error", ({ code }) => console.log(code));`;
    const other = ["--reuid", "65534", "--regid", "65534", "--clear-groups", process.execPath, "-e", source];
    expect((await run("setpriv", other)).stdout.trim()).toBe("EACCES");
    await chmod(place.directory, 0o755);
    expect((await run("setpriv", other)).stdout.trim()).toBe("EACCES");
  },
);

test("a second gateway is refused with the first one's pid, and the first serves on", async () => {
  const place = await emptyPlace();
  const first = await place.start();
  await expect(place.start()).rejects.toMatchObject({
    code: "GATEWAY_ALREADY_RUNNING",
    message: expect.stringContaining(`pid ${process.pid}`) as string,
  });
  await expect(ownerOf(first).health()).resolves.toEqual({ ok: true, pid: process.pid });
  const { said } = await startProcess([program, place.directory]);
  expect(said).toContain(`pid ${process.pid}`);
});

test("of ten that start at once exactly one runs", async () => {
  const place = await emptyPlace();
  const starts = await Promise.allSettled(Array.from({ length: 10 }, () => place.start()));
  const refusals = starts.flatMap((start) => (start.status === "rejected" ? [start.reason as unknown] : []));
  expect(refusals).toHaveLength(9);
  for (const refusal of refusals) expect(refusal).toMatchObject({ code: "GATEWAY_ALREADY_RUNNING" });
  const [running] = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []));
  if (running === undefined) throw new Error("none runs");
  await expect(ownerOf(running).health()).resolves.toMatchObject({ ok: true });
  expect(traces(place)).toEqual(["gateway.sock"]);
});

test("of four processes that start at once exactly one runs", async () => {
  const place = await emptyPlace();
  const started = await Promise.all(
    Array.from({ length: 4 }, () => startProcess([program, place.directory])),
  );
  const [listening, ...others] = started.sort((one) => (one.said.startsWith("listening") ? -1 : 1));
  expect(listening?.said).toContain(place.directory);
  for (const { said } of others) {
    expect(said).toContain("GATEWAY_ALREADY_RUNNING");
    expect(said).toContain(`pid ${listening?.child.pid}`);
  }
});

test("a start right after kill -9 works", async () => {
  const place = await emptyPlace();
  for (let round = 0; round < 3; round++) {
    const { said, kill } = await startProcess([program, place.directory]);
    expect(said).toContain("listening");
    await kill();
    expect(traces(place)).toEqual(["gateway.sock"]);
  }
  const gateway = await place.start();
  await expect(ownerOf(gateway).health()).resolves.toEqual({ ok: true, pid: process.pid });
});

test("whatever it was, the socket of a process that was killed is replaced at once", async () => {
  const place = await emptyPlace();
  const path = `${place.directory}/gateway.sock`;
  const { kill } = await occupy(path);
  await kill();
  expect((await lstat(path)).isSocket()).toBe(true);
  await expect(ownerOf(await place.start()).health()).resolves.toMatchObject({ ok: true });
});

test("a process killed while it started keeps nobody out for long", async () => {
  const place = await emptyPlace();
  const lock = `${place.directory}/gateway.sock.start.lock`;
  await mkdir(lock);
  const long = Date.now() / 1000 - 60;
  await utimes(lock, long, long);
  await writeFile(`${place.directory}/.${process.pid}.new`, "left behind");
  await place.start();
  expect(traces(place)).toEqual(["gateway.sock"]);
});

test("a socket whose process never answers is refused in bounded time", async () => {
  const place = await emptyPlace();
  await occupy(`${place.directory}/gateway.sock`);
  await expect(place.start()).rejects.toMatchObject({
    code: "GATEWAY_ALREADY_RUNNING",
    message: expect.stringContaining("does not answer") as string,
  });
});

test.each([
  ["breaks every connection", "socket.destroy();"],
  ["speaks something else", 'socket.end("220 mail.example ESMTP\\r\\n");'],
  ["answers as another server", 'socket.end("HTTP/1.1 404 Not Found\\r\\nContent-Length: 0\\r\\n\\r\\n");'],
])("a socket whose process %s is left alone", async (_title, answers) => {
  const place = await emptyPlace();
  const path = `${place.directory}/gateway.sock`;
  await occupy(path, answers);
  const { ino } = await lstat(path);
  await expect(place.start()).rejects.toMatchObject({ code: "GATEWAY_ALREADY_RUNNING" });
  expect((await lstat(path)).ino).toBe(ino);
});

test("what is no socket is left alone", async () => {
  for (const kind of ["file", "directory", "link"] as const) {
    const place = await emptyPlace();
    const path = `${place.directory}/gateway.sock`;
    if (kind === "file") await writeFile(path, "precious");
    if (kind === "directory") await mkdir(path);
    if (kind === "link") await symlink("nowhere", path);
    await expect(place.start()).rejects.toMatchObject({ code: "GATEWAY_LISTEN_FAILED" });
    expect((await lstat(path)).isSocket()).toBe(false);
    expect(traces(place)).toEqual(["gateway.sock"]);
  }
});

test("a gateway whose socket was removed does not remove its successor's", async () => {
  const place = await emptyPlace();
  const first = await place.start();
  await rm(first.socket);
  const second = await place.start();
  await first.close();
  await expect(ownerOf(second).health()).resolves.toMatchObject({ ok: true });
});

test("a failed start binds nothing and leaves nothing behind", async () => {
  const place = await gatewayPlace();
  await place.writeConfig({ cron: { webhookToken: "${MISSING}" } });
  await expect(place.start()).rejects.toThrow();
  expect(traces(place)).toEqual([]);
  const taken = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void taken.close());
  await new Promise((resolve) => taken.once("listening", resolve));
  const { port } = taken.address() as { port: number };
  await place.writeConfig({ gateway: { port, auth: { token: place.secret() } } });
  await expect(place.start()).rejects.toMatchObject({
    code: "GATEWAY_LISTEN_FAILED",
    message: expect.stringContaining(`127.0.0.1 port ${port}: EADDRINUSE`) as string,
  });
  expect(traces(place)).toEqual([]);
});

test("a start that is stopped ends at once and leaves nothing behind", async () => {
  const place = await emptyPlace();
  await expect(place.start({ signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: "GATEWAY_STOPPED",
  });
  const stopping = new AbortController();
  await mkdir(`${place.directory}/gateway.sock.start.lock`);
  const started = place.start({ signal: stopping.signal });
  setTimeout(() => stopping.abort(), 300);
  await expect(started).rejects.toMatchObject({ code: "GATEWAY_STOPPED" });
  expect(traces(place)).toEqual(["gateway.sock.start.lock"]);
});

test("where the state directory's path is too long for a socket, it is in the runtime directory", async () => {
  const runtime = await temporaryDirectory();
  await chmod(runtime, 0o700);
  const place = await gatewayPlace({ XDG_RUNTIME_DIR: runtime }, "long-".repeat(30));
  await place.writeConfig({});
  const gateway = await place.start();
  expect(gateway.socket).toMatch(new RegExp(`^${runtime}/durar-[0-9a-f]{16}\\.sock$`));
  expect(gateway.socket).toBe(gatewaySocketPath(place.directory, { XDG_RUNTIME_DIR: runtime }));
  expect((await lstat(gateway.socket)).mode & 0o777).toBe(0o600);
  await expect(place.start()).rejects.toMatchObject({ code: "GATEWAY_ALREADY_RUNNING" });
  await gateway.close();
  expect(readdirSync(runtime)).toEqual([]);
});

test("a runtime directory that others can enter is refused, and stays as it is", async () => {
  const runtime = await temporaryDirectory();
  await chmod(runtime, 0o1777);
  const place = await gatewayPlace({ XDG_RUNTIME_DIR: runtime }, "long-".repeat(30));
  await place.writeConfig({});
  await expect(place.start()).rejects.toMatchObject({ code: "GATEWAY_STATE_DIRECTORY" });
  expect((await lstat(runtime)).mode & 0o7777).toBe(0o1777);
});

test("a state directory below a link that is made at the start has the socket that clients look for", async () => {
  const real = await temporaryDirectory();
  const runtime = await temporaryDirectory();
  await chmod(runtime, 0o700);
  const link = join(await temporaryDirectory(), "link");
  await symlink(real, link);
  const config = join(real, "Durar.json");
  await writeFile(config, "{}");
  const stateDirectory = `${link}/${"long-".repeat(30)}`;
  const environment = { HOME: real, XDG_RUNTIME_DIR: runtime, Durar_CONFIG_PATH: config };
  const { said } = await startProcess([program, stateDirectory], environment);
  expect(said).toContain("listening");
  expect(existsSync(stateDirectory)).toBe(true);
  const socket = gatewaySocketPath(stateDirectory, environment);
  await expect(createGatewayClient({ socket }).health()).resolves.toMatchObject({ ok: true });
});
