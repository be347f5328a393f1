import { command, run, temporaryDirectory, testWith, writePrivate } from "@durar/testing";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { startRegistry } from "./registry.js";

testWith(
  command("openssl"),
  "the registry passes through packages of one that is known by a certificate of its own",
  async () => {
    const directory = await temporaryDirectory();
    const [key, certificate] = [join(directory, "key.pem"), join(directory, "certificate.pem")];
    await writePrivate(key, "");
    const { exitCode } = await run("openssl", [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=registry"],
      ...["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
    ]);
    expect(exitCode).toBe(0);
    const upstream = createServer(
      { key: readFileSync(key), cert: readFileSync(certificate) },
      (_request, response) =>
        response
          .setHeader("content-type", "application/json")
          .end(JSON.stringify({ name: "anything", "dist-tags": {}, versions: {} })),
    ).listen(0, "127.0.0.1");
    onTestFinished(() => void upstream.close());
    await once(upstream, "listening");
    const { port } = upstream.address() as AddressInfo;

    const statusWith = async (name: string, authorities?: string): Promise<number> => {
      const registry = await startRegistry(join(directory, name), `https://127.0.0.1:${port}/`, authorities);
      onTestFinished(registry.stop);
      return (await fetch(`${registry.url}anything`)).status;
    };
    expect(await statusWith("knowing", certificate)).toBe(200);
    expect(await statusWith("unknowing")).toBe(404);
  },
  { timeout: 120_000 },
);
