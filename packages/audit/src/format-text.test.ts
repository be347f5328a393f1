import { expect, test } from "vitest";
import { sampleFinding, sampleReport } from "./fixtures/sample-report.ts";
import { formatFindings, formatText, type Paint } from "./format-text.ts";

const findings = [
  sampleFinding(),
  sampleFinding({
    line: 112,
    path: 'channels.telegram.accounts["a.b"].botToken',
    code: "REF_UNRESOLVED",
    severity: "error",
    message: "env:default:A: the variable is not set [SECRET_NOT_FOUND]",
    hint: "set it",
  }),
  sampleFinding({ file: "/state/.env", line: 1, column: 7, path: "A_TOKEN", severity: "info" }),
  sampleFinding({ file: "/elsewhere/x.json", path: "", code: "STORE_UNREADABLE", severity: "error" }),
  sampleFinding({ file: "/state/..odd", path: "", code: "LEGACY_RESIDUE" }),
  sampleFinding({ file: "/state/\u001b[31mred\n", path: "", code: "CONFIG_INVALID", severity: "error" }),
];

test("a report is a summary line, then every finding by file, with its position and what to do", () => {
  const report = sampleReport(findings, {
    resolution: { refsChecked: 3, skippedExecRefs: 2, resolvabilityComplete: false },
  });
  expect(formatText(report, { cwd: "/state", hiddenCount: 4 })).toBe(
    `unresolved: 1 plaintext, 1 unresolved, 1 invalid, 1 legacy, 1 unreadable, 1 info, 4 hidden by the baseline, 2 files scanned, 3 refs checked, 2 exec skipped (--allow-exec runs them)

Durar.json
    4:12  warn   PLAINTEXT_FOUND  talk.apiKey
          plaintext credential
          -> put a ref here, such as { source: "env" }
  112:12  error  REF_UNRESOLVED  channels.telegram.accounts["a.b"].botToken
          env:default:A: the variable is not set [SECRET_NOT_FOUND]
          -> set it

.env
  1:7  info   PLAINTEXT_FOUND  A_TOKEN
       plaintext credential
       -> put a ref here, such as { source: "env" }

/elsewhere/x.json
  4:12  error  STORE_UNREADABLE
        plaintext credential
        -> put a ref here, such as { source: "env" }

..odd
  4:12  warn   LEGACY_RESIDUE
        plaintext credential
        -> put a ref here, such as { source: "env" }

\\u001b[31mred\\u000a
  4:12  error  CONFIG_INVALID
        plaintext credential
        -> put a ref here, such as { source: "env" }
`,
  );
});

test("a clean report is one line", () => {
  const report = sampleReport([], { filesScanned: ["/state/Durar.json"] });
  expect(formatText(report, { cwd: "/state" })).toBe("clean: 1 file scanned, 1 ref checked\n");
});

test("the summary can stand alone", () => {
  const summary = formatText(sampleReport(findings), { cwd: "/state", summaryOnly: true });
  expect(summary).toMatch(/^unresolved: [^\n]+\n$/);
});

test("styles are the caller's, and change no width", () => {
  const paint: Paint = (style, text) => `<${style}>${text}</${style}>`;
  const [finding] = findings;
  expect(formatFindings([finding!], { cwd: "/state", paint })).toBe(
    `
<bold>Durar.json</bold>
  4:12  <yellow>warn </yellow>  PLAINTEXT_FOUND  talk.apiKey
        plaintext credential
        <dim>-> put a ref here, such as { source: "env" }</dim>
`,
  );
  const clean = formatText(sampleReport([]), { cwd: "/state", paint, summaryOnly: true });
  expect(clean).toContain("<green><bold>clean</bold></green>: ");
});
