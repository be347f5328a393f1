import { existsSync } from "node:fs";
import { join } from "node:path";
import { writePrivate } from "@durar/testing";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { buildBundle } from "./fixtures/build-bundle.ts";
import { ageLocks, foresee, layOut, lookAround } from "./fixtures/lay-out.ts";
import { runFaulty } from "./fixtures/run-faulty.ts";
import { recoverCommit } from "./index.ts";

let bundle: string;
beforeAll(async () => {
  const { path, remove } = await buildBundle();
  bundle = path;
  return remove;
});

const name = fc.stringMatching(/^[a-zé $'\\n]{1,12}$/).filter((text) => text.trim() === text);
const content = fc.oneof(fc.string({ maxLength: 40 }), fc.constant("x".repeat(100_000)));
const file = fc.record({
  name,
  before: fc.option(content),
  after: content,
  mode: fc.constantFrom(0o600, 0o640, 0o644),
});
const files = fc.uniqueArray(file, { minLength: 1, maxLength: 6, selector: (one) => one.name });

test(
  "any files, killed anywhere, are all old or all new once they are recovered",
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(files, fc.integer({ min: 1, max: 60 }), async (wanted, kill) => {
        const { directory, journal } = await layOut(0);
        const changes = wanted.map(({ name, before, after }) => ({
          path: join(directory, `file ${name}`),
          content: after,
          expected: before ?? undefined,
        }));
        const realPaths = changes.map(({ path }) => path);
        for (const [index, { before, mode }] of wanted.entries())
          if (before !== null) await writePrivate(realPaths[index]!, before, mode);
        const before = await lookAround(directory);
        const after = await foresee({ directory, changes, realPaths });
        const { killed } = await runFaulty(bundle, "commitFiles", [changes, { journal }], { kill });
        await ageLocks(directory);
        const begun = existsSync(journal);
        await recoverCommit({ journal, files: realPaths });
        const now = await lookAround(directory);
        if (begun || !killed) expect(now).toEqual(after);
        else expect([before, after]).toContainEqual(now);
      }),
      { numRuns: 40 },
    );
  },
);
