import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createGatewayClient, type GatewayClient } from "@durar/gateway-client";
import { assertAbsent, canary } from "@durar/testing";
import { expect, test } from "vitest";
import { createDisk, start } from "./fixtures/disk-gateway.ts";

const CLIENTS = 200;
const RELOADS = 500;
const SECRETS = 50;
/** How many clients read again with each reload. */
const READS = 4;

test(
  `${CLIENTS} clients that read while ${RELOADS} reloads alternate between two sets of ${SECRETS} secrets never see a mix`,
  { timeout: 120_000 },
  async () => {
    const names = Array.from({ length: SECRETS }, (_, index) => `p${index}`);
    const sets = [0, 1].map(() => Object.fromEntries(names.map((name) => [name, canary()])));
    const secrets = sets.flatMap((set) => Object.values(set));
    const disk = await createDisk({}, { secrets });
    const values = join(disk.directory, "values.json");
    const publish = (reload: number): void => {
      writeFileSync(`${values}.new`, JSON.stringify(sets[reload % 2]), { mode: 0o600 });
      renameSync(`${values}.new`, values);
    };
    publish(0);
    await disk.write("Durar.json", {
      secrets: { providers: { main: { source: "file", path: values } } },
      models: {
        providers: Object.fromEntries(
          names.map((name) => [name, { apiKey: { source: "file", provider: "main", id: `/${name}` } }]),
        ),
      },
    });
    const { client, gateway } = await start(disk);
    const complete = sets.map((set) => names.map((name) => set[name]).join());

    const seen = new Set<string>();
    const read = async (reader: GatewayClient): Promise<void> => {
      const { assignments } = await reader.call("secrets.resolve", {
        commandName: "reader",
        targetIds: ["models.providers.*.apiKey"],
      });
      seen.add(assignments.map(({ value }) => value).join());
    };
    const socket = gateway.socket;
    const readers = Array.from({ length: CLIENTS }, () => createGatewayClient({ socket, timeoutMs: 60_000 }));
    // All at once, and from then on some with each reload, so that a busy machine takes longer and not for ever.
    const reads = readers.map(read);
    for (let reload = 1; reload <= RELOADS; reload++) {
      publish(reload);
      const reloading = client.call("secrets.reload", {});
      for (let turn = READS * reload; turn < READS * (reload + 1); turn++) {
        const index = turn % CLIENTS;
        const [reader, last] = [readers[index] ?? client, reads[index]];
        reads[index] = (last ?? Promise.resolve()).then(() => read(reader));
      }
      const { changedPaths } = await reloading;
      expect(changedPaths).toHaveLength(SECRETS);
    }
    await Promise.all(reads);
    expect([...seen].filter((text) => !complete.includes(text))).toEqual([]);
    expect(seen.size).toBe(2);
    expect(await client.call("secrets.status", {})).toMatchObject({
      generation: RELOADS + 1,
      state: "healthy",
    });
    assertAbsent(secrets, disk.log.text);
  },
);
