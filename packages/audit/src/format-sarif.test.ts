import { fileURLToPath, pathToFileURL } from "node:url";
import type { Log, Result, Run } from "sarif";
import { describe, expect, test } from "vitest";
import { sampleFinding, sampleReport } from "./fixtures/sample-report.ts";
import { FINDING_CODES } from "./finding-codes.ts";
import { formatSarif } from "./format-sarif.ts";
import type { Finding } from "./types.ts";

const cwd = "/state/a b";
const everyCode = (Object.keys(FINDING_CODES) as Finding["code"][]).map((code) => sampleFinding({ code }));
const awkward = [
  "/state/a b/Durar.json",
  "/state/a b/agents/100% ü😀/x#y?z.json",
  "/state/a b/c:d.json",
  "/state/a b/..odd",
  "/state/elsewhere.json",
].map((file) => sampleFinding({ file, path: 'a["{0}"].b' }));
const findings = [...everyCode, ...awkward, sampleFinding({ path: "", severity: "error" })];

const run = (directory = cwd): Run => {
  const log = formatSarif(sampleReport(findings), { cwd: directory, toolVersion: "1.2.3-beta.1" });
  // As its readers get it, and typed as the standard has it.
  return (JSON.parse(JSON.stringify(log)) as Log).runs[0]!;
};
const results = (): Result[] => run().results ?? [];
const locationOf = (result: Result) => result.locations?.[0]?.physicalLocation;

describe("a log", () => {
  test("has one run of version 2.1.0, with its tool and the unit of its columns", () => {
    const log = formatSarif(sampleReport([]), { cwd, toolVersion: "1.2.3" });
    expect(Object.keys(log).sort()).toEqual(["$schema", "runs", "version"]);
    expect(log).toMatchObject({
      version: "2.1.0",
      runs: [
        {
          tool: { driver: { name: "durar", semanticVersion: "1.2.3" } },
          columnKind: "unicodeCodePoints",
          results: [],
          properties: { status: "clean", resolution: { refsChecked: 1 } },
        },
      ],
    });
  });

  test("declares every code as a rule, with the level it usually has", () => {
    const rules = run().tool.driver.rules ?? [];
    expect(rules.map(({ id }) => id)).toEqual(Object.keys(FINDING_CODES));
    for (const { id, shortDescription, defaultConfiguration } of rules) {
      expect(shortDescription?.text).toBe(FINDING_CODES[id as Finding["code"]].meaning);
      expect(["note", "warning", "error"]).toContain(defaultConfiguration?.level);
    }
  });
});

describe("a result", () => {
  test("names the rule it is about by id and by index", () => {
    const rules = run().tool.driver.rules ?? [];
    expect(results()).toHaveLength(findings.length);
    for (const { ruleId, ruleIndex } of results()) expect(rules[ruleIndex ?? -1]?.id).toBe(ruleId);
  });

  test("has a level, a position, the path as a logical location, and the finding's id as fingerprint", () => {
    const levels = (["info", "warn", "error"] as const).map((severity) => sampleFinding({ severity }));
    const log = formatSarif(sampleReport(levels), { cwd, toolVersion: "1.2.3" }) as unknown as Log;
    expect(log.runs[0]?.results?.map(({ level }) => level)).toEqual(["note", "warning", "error"]);
    expect(results()[0]).toMatchObject({
      partialFingerprints: { "durarFindingId/v1": "0000000000000001" },
      locations: [
        {
          physicalLocation: { region: { startLine: 4, startColumn: 12 } },
          logicalLocations: [{ fullyQualifiedName: "talk.apiKey" }],
        },
      ],
    });
    expect(results().at(-1)?.locations?.[0]).not.toHaveProperty("logicalLocations");
  });

  test("writes every brace of its message twice, so that none is a placeholder", () => {
    for (const { message } of results())
      expect(message.text?.replaceAll("{{", "").replaceAll("}}", "")).not.toMatch(/[{}]/);
    expect(results()[0]?.message.text).toBe(
      'talk.apiKey: plaintext credential. Next: put a ref here, such as {{ source: "env" }}.',
    );
  });

  test.each([cwd, "/state/a b/", "/"])("locates its file by a URI against the directory %s", (directory) => {
    const { originalUriBaseIds, results: all = [] } = run(directory);
    const base = originalUriBaseIds?.["CWD"]?.uri ?? "";
    expect(base).toMatch(/^file:\/\/\/.*\/$|^file:\/\/\/$/);
    const located = all.map((result) => {
      const { uri = "", uriBaseId } = locationOf(result)?.artifactLocation ?? {};
      expect(uri).toMatch(/^[A-Za-z0-9._~!$&'()*+,;=:@/%-]+$/);
      expect(uriBaseId).toBe(uri.startsWith("file:") ? undefined : "CWD");
      return fileURLToPath(new URL(uri, base));
    });
    expect(located).toEqual(findings.map(({ file }) => file));
  });

  test("outside the directory has an absolute URI", () => {
    const uris = results().map((result) => locationOf(result)?.artifactLocation?.uri);
    expect(uris).toContain(pathToFileURL("/state/elsewhere.json").href);
    expect(uris).toContain("..odd");
  });
});
