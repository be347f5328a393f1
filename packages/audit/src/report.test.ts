import { describe, expect, test } from "vitest";
import { sampleFinding, sampleReport } from "./fixtures/sample-report.ts";
import { gateExitCode, type GateOptions } from "./report.ts";
import type { Finding } from "./types.ts";

const incomplete = { refsChecked: 1, skippedExecRefs: 1, resolvabilityComplete: false };
const finding = (code: Finding["code"], severity: Finding["severity"]): Finding =>
  sampleFinding({ code, severity });

const unresolved = finding("REF_UNRESOLVED", "error");
const invalid = finding("CONFIG_INVALID", "error");
const plaintext = finding("PLAINTEXT_FOUND", "warn");
const info = finding("PLAINTEXT_FOUND", "info");
const interrupted = finding("COMMIT_INTERRUPTED", "error");
const unreadable = sampleFinding({
  code: "STORE_UNREADABLE",
  severity: "error",
  path: "",
  file: "/state/x.json",
});
const configUnreadable = { ...unreadable, file: "/state/Durar.json" };
const included = { ...configUnreadable, path: "$include" };

test.each([
  ["clean", []],
  ["clean", [info, finding("REF_UNRESOLVED", "info"), finding("LEGACY_RESIDUE", "info")]],
  ["findings", [plaintext]],
  ["findings", [interrupted]],
  ["findings", [plaintext, unreadable]],
  ["incomplete", [unreadable]],
  ["incomplete", [included]],
  ["unresolved", [plaintext, unresolved]],
  ["unresolved", [invalid]],
  ["unresolved", [configUnreadable]],
] as const)("the status is %s", (status, findings) => {
  expect(sampleReport(findings).status).toBe(status);
});

test("the counts are of findings that are more than information", () => {
  const findings = [plaintext, plaintext, info, unresolved, unreadable, finding("REF_SHADOWED", "warn")];
  expect(sampleReport(findings).summary).toEqual({
    plaintextCount: 2,
    unresolvedRefCount: 1,
    shadowedRefCount: 1,
    legacyResidueCount: 0,
    unreadableCount: 1,
  });
});

describe("as a gate", () => {
  const exit = (findings: readonly Finding[], options?: GateOptions, resolution = {}): number => {
    const complete = { refsChecked: 1, skippedExecRefs: 0, resolvabilityComplete: true };
    const report = sampleReport(findings);
    return gateExitCode({ ...report, resolution: { ...complete, ...resolution } }, options);
  };

  test("without a check, only what is unresolved or invalid fails", () => {
    expect([exit([]), exit([plaintext]), exit([unreadable]), exit([], {}, incomplete)]).toEqual([0, 0, 0, 0]);
    expect([exit([unresolved]), exit([invalid]), exit([configUnreadable])]).toEqual([2, 2, 2]);
  });

  test("a check fails for findings of the severity that is asked for, or worse", () => {
    const check = true;
    expect(exit([plaintext], { check })).toBe(1);
    expect(exit([info], { check })).toBe(0);
    expect(exit([info], { check, failOn: "info" })).toBe(1);
    expect(exit([plaintext], { check, failOn: "error" })).toBe(0);
    expect(exit([interrupted], { check, failOn: "error" })).toBe(1);
  });

  test("a check that could not see everything does not look green, unless that is allowed", () => {
    expect(exit([], { check: true }, incomplete)).toBe(3);
    expect(exit([], { check: true, allowIncomplete: true }, incomplete)).toBe(0);
    expect(exit([info], { check: true }, incomplete)).toBe(3);
  });

  test("of several reasons the first is: unresolved, findings, incomplete", () => {
    expect(exit([unresolved, plaintext], { check: true }, incomplete)).toBe(2);
    expect(exit([plaintext], { check: true }, incomplete)).toBe(1);
  });
});
