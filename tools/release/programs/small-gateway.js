import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineSurface, entryEnabled } from "@durar/credential-surface";
import { fromEnv } from "@durar/provider-env";
import { fromFile } from "@durar/provider-file";
import { createSecretsManager } from "@durar/snapshot";

// A server that serves a page for each upstream that it has a key for, and cannot run commands: it ships without exec.
const directory = mkdtempSync(join(tmpdir(), "small-gateway-"));
const vault = join(directory, "vault.json");
const write = (keys) => writeFileSync(vault, JSON.stringify(keys), { mode: 0o600 });
write({ maps: "one" });
const config = {
  secrets: { providers: { vault: { source: "file", path: vault }, default: { source: "env" } } },
  upstreams: {
    maps: { key: { source: "file", provider: "vault", id: "/maps" } },
    mail: { key: "${MAIL_KEY}" },
    chat: { enabled: false, key: { source: "file", provider: "vault", id: "/chat" } },
  },
};
const secrets = createSecretsManager({
  surface: defineSurface([{ id: "upstreams.*.key", active: entryEnabled }]),
  providers: [fromEnv(), fromFile()],
  load: () => ({ stores: [{ kind: "config", value: config }], environment: { MAIL_KEY: "mail key" } }),
});
await secrets.start();
const server = createServer((request, response) => {
  const key = secrets.snapshot.read(["upstreams", request.url?.slice(1) ?? "", "key"]);
  response.writeHead(key === undefined ? 404 : 200).end(`${String(key?.reveal().length)}\n`);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const get = async (name) => (await fetch(`http://127.0.0.1:${server.address().port}/${name}`)).text();
console.log(await get("maps"), await get("mail"), await get("chat"));
write({ maps: "three" });
console.log((await secrets.reload()).changedPaths, await get("maps"));
[server, secrets].forEach((one) => one.close());
rmSync(directory, { recursive: true });
