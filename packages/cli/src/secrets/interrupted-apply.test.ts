import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { chmod, symlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import {
  assertAbsent,
  canary,
  FAULT_VARIABLE,
  faultsPreload,
  run,
  temporaryDirectory,
  writePrivate,
} from "@durar/testing";
import { describe, expect, test, vi } from "vitest";
import { bin } from "../fixtures/durar.ts";
import { gatewayProcess } from "../fixtures/gateway.ts";

// Some hundred processes are started, which takes long on a busy machine.
vi.setConfig({ testTimeout: 300_000 });

const secret = canary();
const profiles = JSON.stringify({ profiles: { a: { type: "api_key", provider: "openai", key: secret } } });
const env = { OPENAI_KEY: secret };

interface Installation {
  readonly directory: string;
  /** What the files hold, their modes, and what they are; `.lock` directories and the gateway's socket aside. */
  readonly look: () => Readonly<Record<string, string>>;
  readonly durar: (args: readonly string[], more?: readonly string[]) => ReturnType<typeof run>;
}

/** An installation in which one plan changes so many files: with one, the configuration alone; a link leads to it. */
async function install(files: 1 | 3 | 12): Promise<Installation> {
  const directory = await temporaryDirectory();
  const config = join(directory, "Durar.json");
  await writePrivate(
    join(directory, "real.json5"),
    `{ models: { providers: { openai: { apiKey: "${secret}" } } } } // end\n`,
  );
  await symlink("real.json5", config);
  if (files > 1) {
    await writePrivate(join(directory, ".env"), `A=1\nOPENAI_API_KEY=${secret}\n`);
    for (let agent = 1; agent <= files - 2; agent++)
      await writePrivate(join(directory, `agents/a${agent}/agent/auth-profiles.json`), profiles);
    await chmod(join(directory, "agents/a1/agent/auth-profiles.json"), 0o640);
  }
  const ref = { source: "env", provider: "default", id: "OPENAI_KEY" };
  const target = { type: "models.providers.apiKey", path: "models.providers.openai.apiKey", ref };
  await writePrivate(
    join(directory, "plan.json"),
    JSON.stringify({ version: 1, protocolVersion: 1, targets: [target] }),
  );
  const look = (): Readonly<Record<string, string>> =>
    Object.fromEntries(
      readdirSync(directory, { recursive: true, encoding: "utf8" })
        .sort()
        .flatMap((name): [string, string][] => {
          const path = join(directory, name);
          const stats = lstatSync(path);
          if (stats.isDirectory() || stats.isSocket()) return [];
          const content = stats.isSymbolicLink() ? "a link" : readFileSync(path, "utf8");
          return [[name, `${(stats.mode & 0o777).toString(8)} ${content}`]];
        }),
    );
  const durar: Installation["durar"] = (args, more = []) =>
    run(process.execPath, [...more, bin, ...args, "--state-dir", directory], {
      env: { PATH: process.env["PATH"] ?? "", HOME: directory, ...env },
    });
  return { directory, look, durar };
}

const apply = (directory: string): string[] => [
  "secrets",
  "apply",
  "--from",
  join(directory, "plan.json"),
  "--no-reload",
];

/** As if the eleven seconds had passed for which a killed process's locks are held. */
async function ageLocks(directory: string): Promise<void> {
  const longAgo = new Date(Date.now() - 60_000);
  for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" }))
    if (name.endsWith(".lock")) await utimes(join(directory, name), longAgo, longAgo);
}

/** Applies the plan in a process that is killed just before one of its changes of the file system. */
async function killed({ directory }: Installation, kill: number): Promise<boolean> {
  const { signal, stdout, stderr } = await run(
    process.execPath,
    ["--require", faultsPreload, bin, ...apply(directory), "--state-dir", directory],
    {
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: directory,
        ...env,
        [FAULT_VARIABLE]: JSON.stringify({ kill }),
      },
    },
  );
  assertAbsent(secret, stdout + stderr);
  await ageLocks(directory);
  return signal === "SIGKILL";
}

function findingCodes(stdout: string): readonly string[] {
  return (JSON.parse(stdout) as { findings: { code: string }[] }).findings.map(({ code }) => code);
}

describe.each([1, 3, 12] as const)(
  "an application of a plan that changes %i files, killed at any moment,",
  (files) => {
    test("is finished by the next, or not begun; an audit in between says which, and a gateway that starts finishes it too", async () => {
      const before = (await install(files)).look();
      const whole = await install(files);
      expect(await whole.durar(apply(whole.directory))).toMatchObject({ exitCode: 0 });
      const after = whole.look();
      expect(Object.keys(after)).toEqual(Object.keys(before));

      let step = 0;
      let interruptions = 0;
      const attempt = async (kill: number): Promise<boolean> => {
        const installation = await install(files);
        const { directory, look, durar } = installation;
        if (!(await killed(installation, kill))) return false;
        const journal = look()[".durar-commit.json"];
        assertAbsent(secret, journal ?? "");
        if (journal !== undefined) interruptions++;
        // A look at some of them is enough to know what all show.
        if (kill % 4 === 0) {
          const audit = await durar(["secrets", "audit", "--json"]);
          expect(findingCodes(audit.stdout).includes("COMMIT_INTERRUPTED"), `step ${kill}`).toBe(
            journal !== undefined,
          );
        }
        if (kill % 5 === 0) {
          const gateway = await gatewayProcess(directory, env);
          gateway.kill("SIGTERM");
          await gateway.ended;
          // Without a journal it was not begun, or done already but for the last locks.
          const wanted = journal === undefined ? [before, after] : [after];
          expect(wanted, `step ${kill}`).toContainEqual(look());
        } else {
          const next = await durar(apply(directory));
          expect(next, `step ${kill}`).toMatchObject({ exitCode: 0 });
          expect(look(), `step ${kill}`).toEqual(after);
        }
        return true;
      };
      const work = async (): Promise<void> => {
        while (await attempt(++step));
      };
      await Promise.all([work(), work(), work()]);
      // Before, between and behind the renames.
      expect(interruptions).toBeGreaterThan(files);
    });
  },
);

describe("where a file is edited by hand after the crash", () => {
  test("nothing is touched until it is decided: the change is given up, and can be made anew", async () => {
    const installation = await install(3);
    const { directory, look, durar } = installation;
    let kill = 1;
    // The first moment at which there is a journal.
    for (; look()[".durar-commit.json"] === undefined; kill++)
      expect(await killed(installation, kill)).toBe(true);
    const mine = `{ models: { providers: { openai: { apiKey: "${secret}" } } }, mine: 1 }\n`;
    await writePrivate(join(directory, "real.json5"), mine);
    const held = look();
    for (const args of [apply(directory), ["gateway", "run"]]) {
      const { exitCode, stdout, stderr } = await durar(args);
      expect(exitCode).not.toBe(0);
      expect(stderr).toContain("[APPLY_RECOVERY_CONFLICT]");
      expect(stderr).toContain("durar secrets apply --abandon");
      assertAbsent(secret, stdout + stderr);
      expect(look()).toEqual(held);
    }
    expect(await durar(["secrets", "apply", "--abandon"])).toMatchObject({ exitCode: 0 });
    expect(Object.keys(look()).filter((name) => /tmp-durar|commit/.test(name))).toEqual([]);
    expect(readFileSync(join(directory, "real.json5"), "utf8")).toBe(mine);
    expect(await durar(apply(directory))).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(directory, "real.json5"), "utf8")).toContain("mine: 1");
  });
});

test("a dry run does not finish what was interrupted, and says so", async () => {
  const installation = await install(3);
  const { directory, look, durar } = installation;
  for (let kill = 1; look()[".durar-commit.json"] === undefined; kill++) await killed(installation, kill);
  const held = look();
  const { exitCode, stderr } = await durar([...apply(directory), "--dry-run"]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("[CHANGE_INTERRUPTED]");
  expect(look()).toEqual(held);
});
