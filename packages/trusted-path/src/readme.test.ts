import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { TrustRule } from "./types.ts";

const rules = {
  "not-absolute": true,
  missing: true,
  unreadable: true,
  "not-regular": true,
  "too-many-links": true,
  symlink: true,
  owner: true,
  "writable-by-others": true,
  "readable-by-others": true,
  "outside-trusted-dirs": true,
  "not-executable": true,
  changed: true,
  unverifiable: true,
} satisfies Record<TrustRule, true>;

test("the README's table of rules lists every rule and no other", async () => {
  const readme = await readFile(join(import.meta.dirname, "..", "README.md"), "utf8");
  const [, errors = ""] = readme.split("## Errors");
  const listed = [...errors.split("## Security")[0]!.matchAll(/^\| `([a-z-]+)`/gm)].map(([, rule]) => rule);
  expect(listed.sort()).toEqual(Object.keys(rules).sort());
});
