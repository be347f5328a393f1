import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { ConfigHash } from "./config-hash.ts";

test("a content has one name, another content another", () => {
  const hash = new ConfigHash();
  expect(hash.of("text")).toMatch(/^[0-9a-f]{64}$/);
  expect(hash.of("text")).toBe(hash.of("text"));
  expect(hash.of("text ")).not.toBe(hash.of("text"));
});

test("nobody can find a content by its name: it is another one in each process, and no plain hash", () => {
  const name = new ConfigHash().of("text");
  expect(name).not.toBe(new ConfigHash().of("text"));
  expect(name).not.toBe(createHash("sha256").update("text").digest("hex"));
});
