import { expect, test } from "vitest";
import { sampleFinding } from "./fixtures/sample-report.ts";
import { formatGitHub } from "./format-github.ts";

/** Reads one workflow command as GitHub's runner does. */
function parsed(line: string): Record<string, string> {
  const [, name = "", properties = "", message = ""] = /^::(\w+) (.*?)::(.*)$/.exec(line) ?? [];
  const decoded = (text: string): string =>
    text
      .replaceAll("%0D", "\r")
      .replaceAll("%0A", "\n")
      .replaceAll("%3A", ":")
      .replaceAll("%2C", ",")
      .replaceAll("%25", "%");
  const pairs = properties.split(",").map((pair) => {
    const [key = "", ...value] = pair.split("=");
    return [key, decoded(value.join("="))];
  });
  return { name, message: decoded(message), ...(Object.fromEntries(pairs) as Record<string, string>) };
}

const annotations = (...findings: Parameters<typeof sampleFinding>[0][]): Record<string, string>[] =>
  formatGitHub({ findings: findings.map(sampleFinding) }, { cwd: "/state" })
    .split("\n")
    .slice(0, -1)
    .map(parsed);

test("each finding is one command, by its severity, about a file below the working directory", () => {
  expect(
    annotations(
      {},
      { severity: "error", path: "", file: "/state/agents/a b/x.json", code: "STORE_UNREADABLE" },
      { severity: "info", file: "/elsewhere/.env" },
    ),
  ).toEqual([
    {
      name: "warning",
      file: "Durar.json",
      line: "4",
      col: "12",
      title: "PLAINTEXT_FOUND",
      message: 'talk.apiKey: plaintext credential; put a ref here, such as { source: "env" }',
    },
    {
      name: "error",
      file: "agents/a b/x.json",
      line: "4",
      col: "12",
      title: "STORE_UNREADABLE",
      message: 'plaintext credential; put a ref here, such as { source: "env" }',
    },
    expect.objectContaining({ name: "notice", file: "/elsewhere/.env" }),
  ]);
});

test("awkward characters end neither a property nor the line", () => {
  const [annotation] = annotations({
    file: "/state/a,b:c%3A=d::e.json",
    path: 'a["::warning file=x::y"].b',
    message: "100 % sure, line one\nline two\r",
    hint: "😀 %0A",
  });
  expect(annotation).toMatchObject({
    name: "warning",
    file: "a,b:c%3A=d::e.json",
    col: "12",
    message: 'a["::warning file=x::y"].b: 100 % sure, line one\nline two\r; 😀 %0A',
  });
});

test("a file's name cannot reach the terminal as a control sequence", () => {
  const text = formatGitHub(
    { findings: [sampleFinding({ file: "/state/\u001b[2J\nx" })] },
    { cwd: "/state" },
  );
  expect(text).toContain("file=\\u001b[2J\\u000ax,");
});

test("no finding is no text", () => {
  expect(annotations()).toEqual([]);
});
