import { assertAbsent, assertNoLeak, canary, command, testWith, type Requirement } from "@durar/testing";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { CONFORMANCE_CHECKS, conform, type ConformanceReport, type ConformOptions } from "../index.ts";
import { showsChildren } from "../process-table.ts";

const directory = fileURLToPath(new URL("../../fixtures/conform/", import.meta.url));
const { PATH } = process.env;

/** Tests a fixture, everything frozen; fails where its value shows in what came of that. */
async function report(name: string, options: Partial<ConformOptions> = {}): Promise<ConformanceReport> {
  const secret = canary();
  const outcome = await assertNoLeak(secret, () =>
    conform(
      Object.freeze({
        command: `./${name}`,
        cwd: directory,
        ids: Object.freeze(["db/password"]),
        environment: Object.freeze({ PATH, FIXTURE_SECRET: secret }),
        timeoutMs: 20_000,
        ...options,
      }),
    ),
  );
  if (outcome.threw) throw outcome.error;
  return outcome.result;
}

function idsOf({ checks }: ConformanceReport, wanted: "pass" | "fail" | "skip"): string[] {
  return checks.flatMap(({ id, outcome }) => (outcome === wanted ? [id] : []));
}

/** What a fixture is written in has to be there. */
function interpreter(name: string): Requirement {
  return name.endsWith(".py") ? command("python3") : { met: true, reason: "" };
}

describe("a resolver that keeps every rule passes, whatever its language", () => {
  for (const name of ["ok-node.cjs", "ok-python.py", "ok-shell.sh"])
    testWith(interpreter(name), name, async () => {
      const judged = await report(name);
      expect(idsOf(judged, "fail")).toEqual([]);
      expect(idsOf(judged, "skip")).toEqual(showsChildren ? [] : ["argv-secret"]);
      expect(judged.passed + judged.skipped).toBe(Object.keys(CONFORMANCE_CHECKS).length);
    });
});

/** The fixtures, each with the checks that it fails: all of them, and no others. */
const broken: Readonly<Record<string, readonly string[]>> = {
  "bad-missing-interpreter.sh": ["starts"],
  "bad-missing-program.sh": ["starts"],
  "bad-hangs.sh": ["in-time"],
  "bad-silent-at-first.cjs": ["first-output"],
  "bad-noisy.cjs": ["output-limit"],
  "bad-status-of-single-ids.cjs": ["exit-status"],
  "bad-leaves-child.cjs": ["nothing-left-running"],
  "bad-leaves-silent-child.cjs": ["nothing-left-running"],
  "bad-latin-1.py": ["utf8"],
  "bad-banner.sh": ["json"],
  "bad-empty.sh": ["json"],
  "bad-bare-value.sh": ["json"],
  "bad-single-quotes.sh": ["json"],
  "bad-prints-after.cjs": ["nothing-after"],
  "bad-answers-twice.cjs": ["nothing-after"],
  "bad-version-text.cjs": ["protocol-version"],
  "bad-values-list.py": ["shape"],
  "bad-secrets-key.cjs": ["shape"],
  "bad-never-found.cjs": ["known-ids"],
  "bad-upper-case.cjs": ["known-ids", "asked-ids-only"],
  "bad-number.cjs": ["value-types"],
  "bad-blank.cjs": ["value-types"],
  "bad-whole-store.cjs": ["asked-ids-only"],
  "bad-default-value.py": ["unknown-id", "inherited-names"],
  "bad-unavailable.cjs": ["unknown-id"],
  "bad-all-or-nothing.py": ["unknown-beside-known", "many-ids", "large-request"],
  "bad-inherits.cjs": ["inherited-names"],
  "bad-own-code.cjs": ["error-codes"],
  "bad-error-text-alone.cjs": ["error-codes"],
  "bad-first-id.py": ["empty-batch"],
  "bad-slow-for-each.cjs": ["many-ids", "large-request"],
  "bad-reads-64-kib.cjs": ["large-request"],
  "bad-reads-once.cjs": ["large-request", "slow-stdin"],
  "bad-waits-on-empty.cjs": ["early-close"],
  "bad-ignores-the-end.cjs": ["early-close", "broken-request"],
  "bad-guesses.cjs": ["broken-request"],
  "bad-logs-value.py": ["stderr-secret"],
  "bad-value-in-message.cjs": ["error-text"],
  "bad-value-in-argv.cjs": ["argv-secret"],
  "bad-value-in-grandchild.sh": ["argv-secret"],
};

/** What must be short for a fixture to fail soon. */
const bounds: Readonly<Record<string, Partial<ConformOptions>>> = {
  "bad-hangs.sh": { timeoutMs: 500 },
  "bad-silent-at-first.cjs": { noOutputTimeoutMs: 2000 },
  "bad-slow-for-each.cjs": { timeoutMs: 5000 },
  "bad-waits-on-empty.cjs": { timeoutMs: 5000 },
};

describe("a resolver that breaks a rule fails for that, and for nothing else", () => {
  test("every fixture is judged", () => {
    expect(Object.keys(broken).sort()).toEqual(
      readdirSync(directory)
        .filter((name) => name.startsWith("bad-"))
        .sort(),
    );
  });

  for (const [name, failing] of Object.entries(broken)) {
    const needsProc = failing.includes("argv-secret") && !showsChildren;
    testWith(
      needsProc ? { met: false, reason: "needs /proc" } : interpreter(name),
      `${name}: ${failing.join(", ")}`,
      async () => {
        const judged = await report(name, bounds[name]);
        expect(idsOf(judged, "fail")).toEqual(failing);
        for (const { outcome, reason } of judged.checks)
          expect(reason === undefined).toBe(outcome === "pass");
      },
      { timeout: 60_000 },
    );
  }

  test("and every check has a fixture that fails it", () => {
    expect([...new Set(Object.values(broken).flat())].sort()).toEqual(Object.keys(CONFORMANCE_CHECKS).sort());
  });
});

test("a value too short to be told from chance is not looked for, and the report says so", async () => {
  const judged = await report("ok-node.cjs", { environment: { PATH, FIXTURE_SECRET: "abc" } });
  expect(idsOf(judged, "skip").filter((id) => id !== "argv-secret")).toEqual(["stderr-secret", "error-text"]);
});

test("an id that is said to be missing is taken at its word", async () => {
  expect(idsOf(await report("ok-node.cjs", { missingId: "db/none" }), "fail")).toEqual([]);
});

describe("options against the rules are refused", () => {
  test.each<[string, Partial<ConformOptions>]>([
    ["no id", { ids: [] }],
    ["an id against the grammar", { ids: ["../x"] }],
    ["an id that exists and does not", { missingId: "db/password" }],
    ["an alias against the grammar", { provider: "Not an alias" }],
    ["a timeout out of range", { timeoutMs: 0 }],
    ["a command that is not there", { command: "./none" }],
    ["a command that may not be executed", { command: "./_store.cjs" }],
    ["a command that no directory of PATH has", { command: "no-such-command" }],
  ])("%s", async (_, options) => {
    await expect(report("ok-node.cjs", options)).rejects.toMatchObject({ code: "RESOLVER_OPTIONS_INVALID" });
  });
});

test("the caller's signal ends the test, and the command with it", async () => {
  const caller = new AbortController();
  setTimeout(() => caller.abort(), 100);
  const error: unknown = await report("bad-hangs.sh", { signal: caller.signal }).catch(
    (error: unknown) => error,
  );
  expect(error).toMatchObject({ code: "RESOLVER_ABORTED" });
  assertAbsent("bad-hangs", String(error));
});
