import { readFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Secret } from "@durar/secretref-schema";
import { assertNoLeak, canary, command, run, temporaryDirectory, testWith } from "@durar/testing";
import { expect, onTestFinished, test } from "vitest";
import { rawServer } from "./fixtures/servers.ts";
import { createGatewayClient } from "./index.ts";

/** A server with a certificate that nobody vouches for, and the requests that reached it. */
async function selfSigned(): Promise<{ readonly port: number; readonly seen: unknown[] }> {
  const directory = await temporaryDirectory();
  const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")];
  const made = await run("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"],
    ...["-subj", "/CN=localhost", "-keyout", key, "-out", cert],
  ]);
  expect(made.exitCode).toBe(0);
  const seen: unknown[] = [];
  const server = createServer(
    { key: await readFile(key), cert: await readFile(cert) },
    (request, response) => {
      seen.push(request.headers);
      response.end('{"ok":true}');
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, seen };
}

testWith(
  command("openssl"),
  "a certificate nobody vouches for is refused before anything is sent, come what may",
  async () => {
    const { port, seen } = await selfSigned();
    const before = process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    onTestFinished(() => {
      if (before === undefined) delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
      else process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = before;
    });
    const secret = canary();
    const client = createGatewayClient({ url: `https://127.0.0.1:${port}`, credential: new Secret(secret) });
    const outcome = await assertNoLeak(secret, () => client.call("secrets.status", {}));
    expect(outcome).toMatchObject({
      error: {
        code: "GATEWAY_UNREACHABLE",
        message: `the gateway at 127.0.0.1:${port} cannot be reached (DEPTH_ZERO_SELF_SIGNED_CERT)`,
        hint: "check the gateway's certificate, and the authorities this process trusts",
        cause: undefined,
      },
    });
    expect(seen).toEqual([]);
  },
);

test("https: to a server that does not speak TLS sends no credential", async () => {
  const secret = canary();
  let received = "";
  const server = await rawServer((socket) => {
    socket.on("data", (chunk) => (received += chunk.toString("latin1")));
    socket.write(`HTTP/1.1 400 ${secret}\r\n\r\n`);
  });
  const client = createGatewayClient({
    url: server.url.replace("http:", "https:"),
    credential: new Secret(secret),
  });
  const outcome = await assertNoLeak(secret, () => client.call("secrets.status", {}));
  expect(outcome).toMatchObject({ error: { code: "GATEWAY_UNREACHABLE" } });
  expect(received).not.toContain(secret);
});
