import { join } from "node:path";
import { assertAbsent, canary, temporaryDirectory, writePrivate } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { durar, durarProcess, type FailureDocument } from "../fixtures/durar.ts";
import { gatewayProcess } from "../fixtures/gateway.ts";

const workspace = join(import.meta.dirname, "../../../..");

/** A state directory with a gateway that runs the everything server, with a secret from a variable, and one that fails. */
async function running(servers: object = {}) {
  const token = canary();
  const directory = await temporaryDirectory();
  const command = join(workspace, "node_modules/.bin/mcp-server-everything");
  const demo = { command, args: ["stdio"], env: { TOKEN: "${MCP_TOKEN}" } };
  const mcpServers = { demo, ...servers };
  const config = { plugins: { entries: { acpx: { enabled: true, config: { mcpServers } } } } };
  await writePrivate(join(directory, "Durar.json"), JSON.stringify(config));
  const gateway = await gatewayProcess(directory, { MCP_TOKEN: token });
  return { directory, gateway, token };
}

describe("durar mcp", () => {
  test("lists servers and tools, calls one, and the bundled SDK is all it needs", async () => {
    const { directory, gateway, token } = await running({ broken: { command: "/nonexistent/server" } });
    const list = await durar(directory, ["mcp", "list"]);
    expect(list.exitCode).toBe(1);
    expect(list.stdout).toMatch(/^2 MCP servers, 1 running\n/);
    expect(list.stdout).toMatch(/^demo: running, pid \d+, \d+ tools\n {2}echo: .+\n/m);
    expect(list.stdout).toMatch(/^broken: failed, next attempt at .+\n {2}.*\[MCP_START_FAILED\]\n {4}-> /m);
    assertAbsent(token, list.stdout);

    const one = await durar(directory, ["mcp", "list", "demo", "--json"]);
    expect(one.exitCode).toBe(0);
    expect(JSON.parse(one.stdout)).toMatchObject({ servers: [{ server: "demo", state: "running" }] });
    expect((await durar(directory, ["mcp", "list", "demo", "--quiet"])).stdout).toBe(
      "1 MCP server, 1 running\n",
    );

    const file = await writePrivate(join(directory, "arguments.json"), '{"a": 2, "b": 40}');
    const sum = await durar(directory, ["mcp", "call", "demo", "get-sum", "--arguments-file", file]);
    expect(sum).toEqual({ exitCode: 0, stdout: "The sum of 2 and 40 is 42.\n", stderr: "" });
    const echo = await durarProcess(
      ["mcp", "call", "demo", "echo", "--arguments-file", "-", "--json", "--state-dir", directory],
      { input: '{"message": "hello"}' },
    );
    expect(JSON.parse(echo.stdout)).toEqual({ content: [{ type: "text", text: "Echo: hello" }] });
    const environment = await durar(directory, ["mcp", "call", "demo", "get-env"]);
    expect(environment.stdout).toContain(token);

    gateway.kill("SIGTERM");
    const { exitCode, stdout, stderr } = await gateway.ended;
    expect(exitCode).toBe(0);
    assertAbsent(token, stdout + stderr);
  });

  test("says by status and code what a call came to", async () => {
    const { directory } = await running();
    // The server checks arguments, and answers that it failed.
    const failed = await durar(directory, ["mcp", "call", "demo", "get-sum"]);
    expect([failed.exitCode, failed.stdout]).toEqual([1, ""]);
    expect(failed.stderr).not.toBe("");
    const image = await durar(directory, ["mcp", "call", "demo", "get-tiny-image"]);
    expect(image.stdout).toContain("[image, image/png: see --json]\n");
    const unknown = await durar(directory, ["mcp", "call", "some-word", "echo", "--json"]);
    expect(unknown.exitCode).toBe(1);
    expect((JSON.parse(unknown.stdout) as FailureDocument).error.code).toBe("MCP_SERVER_UNKNOWN");
    expect(unknown.stdout).not.toContain("some-word");
    const late = await durar(directory, [
      "mcp",
      "call",
      "demo",
      "trigger-long-running-operation",
      "--timeout",
      "50",
    ]);
    expect([late.exitCode, late.stderr]).toEqual([1, expect.stringContaining("[MCP_TIMEOUT]")]);
    for (const text of ["[]", "{", "5"]) {
      const file = await writePrivate(join(directory, "arguments.json"), text);
      const refused = await durar(directory, ["mcp", "call", "demo", "echo", "--arguments-file", file]);
      expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining("[FILE_UNREADABLE]")]);
    }
  });

  test("says that no server is in use, and that no gateway runs", async () => {
    const directory = await temporaryDirectory();
    await writePrivate(join(directory, "Durar.json"), "{}");
    expect((await durar(directory, ["mcp", "list"])).exitCode).toBe(69);
    await gatewayProcess(directory);
    const list = await durar(directory, ["mcp", "list"]);
    expect([list.exitCode, list.stdout]).toEqual([0, expect.stringMatching(/^no MCP server is in use/)]);
  });
});
