import { isDurarError } from "@durar/secretref-schema";
import { expect, test } from "vitest";
import { audit } from "./fixtures/state-directory.ts";
import { sampleFinding, sampleReport } from "./fixtures/sample-report.ts";
import { applyBaseline, formatBaseline, parseBaseline } from "./index.ts";

const files = { "Durar.json": '{ talk: { apiKey: "<<a>>" }, cron: { webhookToken: "${GONE}" } }' };

test("what a baseline was written of is hidden, and the status is that of the rest", async () => {
  const { report } = await audit(files);
  const text = formatBaseline(report.findings);
  const hidden = applyBaseline(report, parseBaseline(JSON.parse(text)));
  expect(hidden).toMatchObject({
    status: "clean",
    hiddenCount: 2,
    findings: [],
    summary: { plaintextCount: 0, unresolvedRefCount: 0 },
  });
  expect(report.findings).toHaveLength(2);
});

test("a finding at a new place shows; a new value at a known place does not", async () => {
  const { report } = await audit(files);
  const baseline = parseBaseline(JSON.parse(formatBaseline(report.findings)));
  const later = await audit({
    "Durar.json": `{
      cron: { webhookToken: "\${ALSO_GONE}" },
      talk: { apiKey: "<<b>>", providers: { p: { apiKey: "<<c>>" } } },
    }`,
  });
  const shown = applyBaseline(later.report, baseline);
  expect(shown.findings.map(({ path }) => path)).toEqual(["talk.providers.p.apiKey"]);
  expect(shown).toMatchObject({ status: "findings", hiddenCount: 2, summary: { plaintextCount: 1 } });
});

test("a gap in the audit cannot be hidden", () => {
  const findings = [sampleFinding({ code: "STORE_UNREADABLE", severity: "error" })];
  const report = sampleReport(findings, {
    resolution: { refsChecked: 0, skippedExecRefs: 0, resolvabilityComplete: false },
  });
  expect(applyBaseline(report, new Set(findings.map(({ id }) => id))).status).toBe("incomplete");
});

test("the text holds the ids, each once and in order, and nothing else", () => {
  const ids = ["00000000000000bb", "00000000000000aa", "00000000000000bb"];
  expect(formatBaseline(ids.map((id) => sampleFinding({ id })))).toBe(
    '{\n  "version": 1,\n  "ids": [\n    "00000000000000aa",\n    "00000000000000bb"\n  ]\n}\n',
  );
  expect(parseBaseline(JSON.parse(formatBaseline([])))).toEqual(new Set());
});

test.each([
  ["nothing", undefined],
  ["null", null],
  ["a list", ["0000000000000001"]],
  ["another version", { version: 2, ids: [] }],
  ["no ids", { version: 1 }],
  ["ids that are no list", { version: 1, ids: "0000000000000001" }],
  ["an id that is no text", { version: 1, ids: [1] }],
  ["an id of another form", { version: 1, ids: ["a secret by mistake"] }],
])("%s is no baseline", (_name, value) => {
  let thrown: unknown;
  try {
    parseBaseline(value);
  } catch (error) {
    thrown = error;
  }
  expect(isDurarError(thrown) && thrown).toMatchObject({
    code: "AUDIT_BASELINE_INVALID",
    kind: "invalid-config",
  });
  expect(String(thrown)).not.toContain("a secret by mistake");
});
