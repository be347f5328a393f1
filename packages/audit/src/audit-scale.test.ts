import { expect, test } from "vitest";
import type { ReadTextFileResult } from "@durar/config-document";
import { auditOptions, layOut } from "./fixtures/state-directory.ts";
import { auditStores, formatText, type AuditStore } from "./index.ts";

/** A store that is not on disk, so that thousands cost no time to write. */
function stored(kind: string, format: AuditStore["format"], path: string, text: string): AuditStore {
  const read = (): ReadTextFileResult => ({ ok: true, text, bytes: Buffer.byteLength(text) });
  return { kind, format, path, agentId: path.split("/")[0], leftover: path.endsWith("~"), read };
}

test("a thousand agents with old copies that do not parse are audited, each file read once", async () => {
  let reads = 0;
  const agents = Array.from({ length: 1_000 }, (_, index) => {
    const profiles = { "a:1": { type: "api_key", provider: "a", key: `sk-live-${index}-0123456789` } };
    return [
      stored("auth-profiles", "json", `${index}/auth-profiles.json`, JSON.stringify({ profiles })),
      stored("models", "json", `${index}/models.json`, `{"providers":{"p":{"apiKey":"sk-model-${index}"}}}`),
      stored("models", "json", `${index}/models.json~`, `{ torn "sk-live-${index}-0123456789"`),
    ];
  });
  const config = stored(
    "config",
    "json5",
    "Durar.json",
    '{ models: { providers: { a: { apiKey: "${A}" } } } }',
  );
  const stores = [config, ...agents.flat()].map((store) => ({
    ...store,
    read: () => (reads++, store.read()),
  }));
  const { directory } = await layOut({});
  const progress: number[] = [];
  const report = await auditStores(
    auditOptions(directory, {
      stores,
      root: undefined,
      environment: { A: "a" },
      onProgress: (scanned, total) => progress.push(scanned / total),
    }),
  );
  expect(report.summary).toMatchObject({ plaintextCount: 3_000, shadowedRefCount: 1_000 });
  expect(new Set(report.findings.map(({ id }) => id)).size).toBe(4_000);
  expect(reads).toBe(stores.length);
  expect(progress.length).toBeGreaterThan(40);
  expect(progress.at(-1)).toBe(1);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
});

test("more findings in one file than a call takes arguments are no trouble", async () => {
  const lines = Array.from({ length: 140_000 }, (_, index) => `A${index}_TOKEN=x`);
  const stores = [
    stored("config", "json5", "Durar.json", "{}"),
    stored("environment", "env", ".env", lines.join("\n")),
  ];
  const { directory } = await layOut({});
  const report = await auditStores(auditOptions(directory, { stores, root: undefined }));
  expect(report.findings).toHaveLength(140_000);
  expect(report.findings.at(-1)).toMatchObject({ line: 140_000, path: "A139999_TOKEN" });
  expect(formatText(report, { cwd: directory })).toMatch(/^findings: 140000 plaintext/);
}, 60_000);
