import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromExec } from "@durar/provider-exec";

// A program of somebody else's that has a vault of its own, and takes this one package for asking it.
const directory = await mkdtemp(join(tmpdir(), "exec-alone-"));
const command = join(directory, "vault.cjs");
const vault = { "db/password": "correct horse" };
await writeFile(
  command,
  `#!${process.execPath}
const { ids } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const vault = ${JSON.stringify(vault)};
const values = Object.fromEntries(ids.filter((id) => id in vault).map((id) => [id, vault[id]]));
process.stdout.write(JSON.stringify({ protocolVersion: 1, values }));
`,
  { mode: 0o700 },
);
const ids = ["db/password", "db/other"];
// Node itself may lie where others of this machine can write; the trust of paths has tests of its own.
const config = { source: "exec", command, allowInsecurePath: true };
const answers = await fromExec().resolve({ provider: "vault", config, ids });
for (const [id, answer] of answers)
  console.log(id, answer.ok ? `${answer.value} ${answer.value.reveal().length}` : answer.error.code);
await rm(directory, { recursive: true });
