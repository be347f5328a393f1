import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { gatewaySocketPath, createGatewayClient } from "@durar/gateway-client";
import { temporaryDirectory, writePrivate } from "@durar/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { buildGatewayProgram, startProcess } from "../../fixtures/gateway-processes.ts";

let program = "";
beforeAll(async () => {
  program = await buildGatewayProgram();
});

/** A gateway that finds no SDK, with these servers. */
async function started(mcpServers: object) {
  const directory = await temporaryDirectory();
  await chmod(directory, 0o700);
  const config = { plugins: { entries: { acpx: { enabled: true, config: { mcpServers } } } } };
  await writePrivate(join(directory, "Durar.json"), JSON.stringify(config));
  const { said } = await startProcess([program, directory]);
  return { said, client: createGatewayClient({ socket: gatewaySocketPath(directory, {}) }) };
}

describe("without the SDK", () => {
  test("a gateway runs, and a server that is configured is reported and refused by a code with a hint", async () => {
    const { said, client } = await started({ demo: { command: "sleep", args: ["600"] } });
    expect(said).toMatch(/^listening/);
    const { servers } = await client.call("mcp.listTools", {});
    expect(servers).toEqual([
      {
        server: "demo",
        state: "failed",
        failure: {
          code: "MCP_SDK_MISSING",
          message: "MCP servers need @modelcontextprotocol/sdk",
          hint: expect.stringContaining("npm install @modelcontextprotocol/sdk") as string,
        },
        tools: [],
      },
    ]);
    const call = client.call("mcp.callTool", { server: "demo", tool: "any" });
    await expect(call).rejects.toMatchObject({ dataCode: "MCP_SDK_MISSING" });
  });

  test("nothing is missing where no server is configured", async () => {
    const { client } = await started({});
    expect(await client.call("mcp.listTools", {})).toEqual({ servers: [] });
  });
});
