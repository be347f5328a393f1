import { fileURLToPath } from "node:url";
import { assertAbsent, canary, run, temporaryDirectory } from "@durar/testing";
import { runDurar } from "@durar/cli";
import { describe, expect, test } from "vitest";
import { layOutState, type StateDirectory } from "@durar/quickstart";

interface Reported {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly severity: string;
}

async function audited(layout: "durar" | "openclaw", flags: readonly string[] = []) {
  const secrets: string[] = [];
  const makeSecret = (): string => {
    const secret = canary();
    secrets.push(secret);
    return secret;
  };
  const state = layOutState(await temporaryDirectory(), { layout, makeSecret });
  const result = await runDurar(
    ["secrets", "audit", "--layout", layout, "--state-dir", state.directory, ...flags],
    {
      environment: { ...state.environment, PATH: process.env["PATH"] },
      cwd: state.directory,
      stdoutIsTerminal: false,
    },
  );
  assertAbsent(secrets, result.stdout + result.stderr);
  return { state, ...result };
}

const places = (found: readonly Reported[]): string[] =>
  found
    .map(({ file, line, column, code, severity }) => `${file}:${line}:${column} ${severity} ${code}`)
    .sort();

const fromReport = (stdout: string, { directory }: StateDirectory): Reported[] =>
  (JSON.parse(stdout) as { findings: Reported[] }).findings.map((finding) => ({
    ...finding,
    file: finding.file.slice(directory.length + 1),
  }));

describe.each(["durar", "openclaw"] as const)("in the layout %s", (layout) => {
  test("every planted secret is found at its line and column, and what is legitimate gives no finding", async () => {
    const { state, stdout, exitCode } = await audited(layout, ["--json", "--allow-exec"]);
    const unresolved = fromReport(stdout, state).filter(({ code }) => code === "REF_UNRESOLVED");
    const others = fromReport(stdout, state).filter(({ code }) => code !== "REF_UNRESOLVED");
    expect(places(others)).toEqual(places(state.planted));
    expect(unresolved).toMatchObject([{ path: "models.providers.groq.apiKey", severity: "error" }]);
    expect(exitCode).toBe(2);
  });

  test("without --allow-exec the exec ref is skipped and the audit says so", async () => {
    const { stdout } = await audited(layout, ["--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      resolution: { skippedExecRefs: 1, resolvabilityComplete: false },
    });
  });
});

test("the report for people starts with a summary and quotes odd keys so that they can be pasted", async () => {
  const { stdout } = await audited("durar");
  expect(stdout.split("\n")[0]).toMatch(
    /^unresolved: 19 plaintext, 1 unresolved, 1 legacy, 2 info, 7 files scanned/,
  );
  expect(stdout).toContain('channels.telegram.accounts["night.shift"].botToken');
});

test("the tour shows a refused start, a migration, a rotation, a vault that fails and the recovery, and no secret", async () => {
  const start = fileURLToPath(new URL("../start.js", import.meta.url));
  // Both streams in one, as a visitor sees them.
  const { stdout, exitCode } = await run("sh", ["-c", 'exec "$0" "$1" 2>&1', process.execPath, start]);
  expect(exitCode, stdout).toBe(0);
  const shown = [
    /models\.providers\.groq\.apiKey\) \[SECRET_NOT_FOUND\]\n.*\n\n\(exit 2\)/,
    /\n\d+ fields planned: /,
    /\ndry run, would change 8 files in \d+ places: 21 refs checked\n/,
    /\n- +\d+ {2}channels\.slack\.botToken: \*{8}\n\+ +\d+ {2}channels\.slack\.botToken: file:filemain:\/channels\/slack\/botToken\n/,
    /\nchanged 8 files in \d+ places: 21 refs checked\n/,
    /\nnothing to change: 21 refs checked\n/,
    /\nclean: 2 info, 7 files scanned, 21 refs checked\n\n\(exit 0\)/,
    /gateway: SECRETS_ACTIVATED: generation 1 /,
    /running: pid \d+, healthy, generation 1, /,
    /gateway: SECRETS_ACTIVATED: generation 2 /,
    /reloaded: generation 3, /,
    /\[SECRET_PROVIDER_EXIT\]\n.*\n\n\(exit 2\)/,
    /gateway: SECRETS_RELOADER_DEGRADED: degraded, generation 3 stays in force/,
    /\ndegraded: generation 3, /,
    /gateway: SECRETS_RELOADER_RECOVERED: recovered with generation 4/,
    /\nhealthy: generation 4, /,
  ];
  let rest = stdout;
  for (const step of shown) {
    expect(rest).toMatch(step);
    rest = rest.slice(rest.search(step));
  }
  // Every secret it makes ends in as many hexadecimal digits.
  expect(stdout).not.toMatch(/[0-9a-f]{24}/);
});
