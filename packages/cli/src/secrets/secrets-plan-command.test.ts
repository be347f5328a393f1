import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { assertAbsent, canary, writePrivate } from "@durar/testing";
import { describe, expect, test } from "vitest";
import type { CommandResult } from "../console.ts";
import { OBEYED, type FailureDocument } from "../fixtures/durar.ts";
import { canaries, config, filemain, install, openai } from "../fixtures/plaintext.ts";
import { runSafely } from "../fixtures/run-safely.ts";

interface Plan {
  readonly generatedBy: string;
  readonly targets: readonly {
    readonly path: string;
    readonly ref: { readonly source: string; readonly provider: string; readonly id: string };
    readonly agentId?: string;
    readonly expect?: unknown;
    readonly move?: boolean;
  }[];
  readonly providerUpserts?: Readonly<Record<string, unknown>>;
  readonly providerDeletes?: readonly string[];
}

function plan(
  directory: string,
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  return runSafely(directory, ["secrets", "plan", ...args], environment);
}

/** The plan that is printed, and every target of it as `path -> ref`. */
async function planned(
  directory: string,
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
): Promise<{ readonly plan: Plan; readonly refs: readonly string[]; readonly exitCode: number }> {
  const { stdout, exitCode } = await plan(directory, args, environment);
  const parsed = JSON.parse(stdout) as Plan;
  const refs = parsed.targets.map(
    ({ path, agentId, ref, move }) =>
      `${agentId === undefined ? "" : `${agentId}: `}${path} -> ${ref.source}:${ref.provider}:${ref.id}${move === true ? " moved" : ""}`,
  );
  return { plan: parsed, refs, exitCode };
}

const key = "models.providers.openai.apiKey";

describe("--set", () => {
  test("names a field and its ref, and may be given several times", async () => {
    const args = ["--set", `${key}=env:default:OPENAI_API_KEY`, "--set=gateway.auth.token=file:filemain:/gw"];
    const { plan, refs, exitCode } = await planned(await install(), args);
    expect(exitCode).toBe(0);
    expect(refs).toEqual([`${key} -> env:default:OPENAI_API_KEY`, "gateway.auth.token -> file:filemain:/gw"]);
    expect(plan.targets.map(({ expect }) => expect)).toEqual(["plaintext", "absent"]);
    expect(plan.generatedBy).toMatch(/^durar \d/);
  });

  test("without an alias means the default provider; an id may hold colons and equals signs", async () => {
    const args = ["--set", `${key}=exec::a:b/c`, "--set", "channels.irc.password=file:filemain:/a:b"];
    const { refs } = await planned(await install(), args);
    expect(refs).toEqual([`${key} -> exec:default:a:b/c`, "channels.irc.password -> file:filemain:/a:b"]);
  });

  test("with --move-values moves what is plaintext, and nothing else", async () => {
    const args = [
      "--move-values",
      "--set",
      `${key}=env::OPENAI_API_KEY`,
      "--set",
      "gateway.auth.token=env::T",
    ];
    const { refs } = await planned(await install(), args);
    expect(refs).toEqual([
      `${key} -> env:default:OPENAI_API_KEY moved`,
      "gateway.auth.token -> env:default:T",
    ]);
  });

  test("with --agent means the agent's store, also for a profile that is new", async () => {
    const args = ["--agent", "main", "--set", "profiles.zai:default.key=env::ZAI_API_KEY"];
    const { plan, refs } = await planned(await install(), [
      ...args,
      "--set",
      "profiles.xai:default.key=env::X",
    ]);
    expect(refs).toEqual([
      "main: profiles.zai:default.key -> env:default:ZAI_API_KEY",
      "main: profiles.xai:default.key -> env:default:X",
    ]);
    expect(plan.targets[1]).toMatchObject({ authProfileProvider: "xai", expect: "absent" });
  });

  test.each([
    ["models.openai=env::KEY", "no credential field of this installation has this path"],
    [`${key}=KEY`, "write PATH=SOURCE:PROVIDER:ID"],
    [key, "no credential field of this installation has this path"],
    [`${key}=env::lower`, "an env id must match"],
    [`${key}=vault::KEY`, 'a ref\'s source must be "env", "file" or "exec"'],
    ["profiles.zai:default.key=env::KEY", "no credential field of this installation has this path"],
  ])("%s is a mistake", async (text, hint) => {
    const result = await plan(await install(), ["--set", text]);
    expect(result).toMatchObject({ exitCode: 64, stdout: "" });
    expect(result.stderr).toContain("--set cannot be read [USAGE]");
    expect(result.stderr).toContain(hint);
  });
});

describe("--all-plaintext-to", () => {
  test("a file maps every plaintext by its path, an agent's below its name", async () => {
    const args = ["--all-plaintext-to", "file:filemain", "--move-values"];
    expect((await planned(await install(), args)).refs).toEqual([
      `${key} -> file:filemain:/models/providers/openai/apiKey moved`,
      "channels.irc.password -> file:filemain:/channels/irc/password moved",
      "main: profiles.zai:default.key -> file:filemain:/agents/main/profiles/zai:default/key moved",
    ]);
  });

  test("env finds the variables that have the values, names what it cannot map, and ends with 3", async () => {
    const directory = await install();
    const environment = { OPENAI_API_KEY: openai };
    const { refs, exitCode } = await planned(directory, ["--all-plaintext-to", "env"], environment);
    expect(exitCode).toBe(3);
    expect(refs).toEqual([`${key} -> env:default:OPENAI_API_KEY`]);
    const { stderr } = await plan(directory, ["--all-plaintext-to", "env:default"], environment);
    expect(stderr).toContain("durar: 2 fields could not be planned:");
    expect(stderr).toContain(
      `${join(directory, "Durar.json")}:6 channels.irc.password: IRC_PASSWORD is not set; set it to this value, or use --move-values`,
    );
  });

  test("goes with --set, which comes first, and with --agent, which leaves out other agents", async () => {
    const directory = await install();
    await writePrivate(
      join(directory, "agents/work/agent/auth-profiles.json"),
      JSON.stringify({ profiles: { "xai:default": { type: "api_key", provider: "xai", key: canary() } } }),
    );
    const args = [
      "--all-plaintext-to",
      "file:filemain",
      "--agent",
      "work",
      "--set",
      `${key}=env::OPENAI_API_KEY`,
    ];
    expect((await planned(directory, args)).refs).toEqual([
      `${key} -> env:default:OPENAI_API_KEY`,
      "channels.irc.password -> file:filemain:/channels/irc/password",
      "work: profiles.xai:default.key -> file:filemain:/agents/work/profiles/xai:default/key",
    ]);
  });

  test("takes a provider that the same plan adds", async () => {
    const provider = `vault={source: "file", path: "~/vault.json"}`;
    const args = ["--provider", provider, "--all-plaintext-to", "file:vault", "--move-values"];
    const { plan, refs } = await planned(await install(), args);
    expect(refs).toHaveLength(3);
    expect(plan.providerUpserts).toEqual({ vault: { source: "file", path: "~/vault.json" } });
  });

  test.each(["file:nobody", "exec:tool", "file:default", "File:filemain", "file:filemain:x", "filemain"])(
    "%s is a mistake",
    async (to) => {
      const { exitCode, stderr } = await plan(await install(), ["--all-plaintext-to", to]);
      expect(exitCode).toBe(64);
      expect(stderr).toContain("--all-plaintext-to names no provider that values can be kept in [USAGE]");
    },
  );
});

describe("--provider and --delete-provider", () => {
  test("change providers, each given several times", async () => {
    const args = [
      ["--provider", `one={"source":"env","allowlist":["A"]}`],
      ["--provider", `two={"source":"exec","command":"/usr/bin/tool","passEnv":["HOME"]}`],
      ["--delete-provider", "filemain", "--delete-provider", "other"],
    ].flat();
    const { plan } = await planned(await install(), args);
    expect(plan).toMatchObject({
      targets: [],
      providerUpserts: {
        one: { source: "env", allowlist: ["A"] },
        two: { source: "exec", command: "/usr/bin/tool", passEnv: ["HOME"] },
      },
      providerDeletes: ["filemain", "other"],
    });
  });

  test.each([
    ["--provider", "one", "write ALIAS=JSON"],
    ["--provider", "One={}", "write ALIAS=JSON"],
    ["--provider", "one={", "the settings are no JSON"],
    [
      "--provider",
      `one={"source":"file","path":"relative"}`,
      "path must be an absolute path or start with ~/",
    ],
    ["--delete-provider", "Not-An-Alias", "write the alias of a provider"],
  ])("%s %s is a mistake", async (flag, text, hint) => {
    const { exitCode, stderr } = await plan(await install(), [flag, text]);
    expect(exitCode).toBe(64);
    expect(stderr).toContain(`-> ${hint}`);
  });

  test("with env values is refused, and no setting is repeated", async () => {
    const token = canary();
    const json = JSON.stringify({ source: "exec", command: "/usr/bin/tool", env: { TOKEN: token } });
    for (const text of [`tool=${json}`, `tool=${json}}`, `tool={"source":"${token}"}`]) {
      const result = await plan(await install(), ["--provider", text]);
      expect(result.exitCode).toBe(64);
      assertAbsent(token, result.stdout + result.stderr);
    }
  });
});

describe("--out", () => {
  const all = ["--all-plaintext-to", "file:filemain", "--move-values"];

  test("writes the plan for its owner alone, replaces an older plan, and says what is next", async () => {
    const directory = await install();
    const path = join(directory, "plan.json");
    const first = await plan(directory, [...all, "--out", "plan.json"]);
    expect(first.stdout).toBe(
      [
        `3 fields planned: ${path}`,
        `  ${key} -> file:filemain:/models/providers/openai/apiKey (moved)`,
        "  channels.irc.password -> file:filemain:/channels/irc/password (moved)",
        "  main: profiles.zai:default.key -> file:filemain:/agents/main/profiles/zai:default/key (moved)",
        "next: durar secrets apply --from plan.json --dry-run\n",
      ].join("\n"),
    );
    chmodSync(path, 0o644);
    const again = await plan(directory, ["--set", `${key}=env::KEY`, "--out", "plan.json", "--quiet"]);
    expect(again).toEqual({ exitCode: 0, stdout: `1 field planned: ${path}\n`, stderr: "" });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const text = readFileSync(path, "utf8");
    assertAbsent(canaries, text);
    expect((JSON.parse(text) as Plan).targets).toHaveLength(1);
    expect(readdirSync(directory).sort()).toEqual([".env", "Durar.json", "agents", "plan.json"]);
  });

  test("replaces nothing that is no plan, and writes through no link", async () => {
    const directory = await install();
    symlinkSync(join(directory, "elsewhere"), join(directory, "link.json"));
    await writePrivate(join(directory, "other.json"), `{"version":1}`);
    for (const [file, reason] of [
      ["Durar.json", "it exists and is no plan"],
      ["other.json", "it exists and is no plan"],
      ["link.json", "it exists and is no regular file"],
      ["agents", "it exists and is no regular file"],
      ["missing/plan.json", "its directory does not exist"],
    ] as const) {
      const { exitCode, stderr } = await plan(directory, [...all, "--out", file]);
      expect(exitCode, file).toBe(1);
      expect(stderr).toContain(`${join(directory, file)} cannot be written: ${reason} [FILE_UNWRITABLE]`);
    }
    expect(readFileSync(join(directory, "Durar.json"), "utf8")).toBe(config(filemain));
    expect(readdirSync(directory)).not.toContain("elsewhere");
  });

  test("with --json says where, the targets and what could not be mapped", async () => {
    const directory = await install();
    const args = ["--all-plaintext-to", "env", "--out", "plan.json", "--json"];
    const { exitCode, stdout, stderr } = await plan(directory, args, { OPENAI_API_KEY: openai });
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      out: join(directory, "plan.json"),
      targets: [{ path: key }],
      unmapped: [{ path: "channels.irc.password", line: 6 }, { path: "profiles.zai:default.key" }],
    });
  });
});

describe("a plan", () => {
  test("of nothing is a mistake, in text and in JSON", async () => {
    const directory = await install();
    const text = await plan(directory, ["--agent", "main"]);
    expect(text).toMatchObject({ exitCode: 64, stdout: "" });
    expect(text.stderr).toContain("nothing is to be planned [USAGE]");
    const json = await plan(directory, ["--json"]);
    expect(json).toMatchObject({ exitCode: 64, stderr: "" });
    const { ok, error } = JSON.parse(json.stdout) as FailureDocument;
    expect({ ok, code: error.code }).toEqual({ ok: false, code: "USAGE" });
  });

  test("cannot be made where a store cannot be read, and says which", async () => {
    const directory = await install();
    await writePrivate(join(directory, "agents/main/agent/auth-profiles.json"), "{ broken");
    const { exitCode, stdout } = await plan(directory, ["--set", `${key}=env::KEY`, "--json"]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: "APPLY_REFUSED", failures: [{ code: "APPLY_STORE_UNREADABLE" }] },
    });
  });

  test("shows no character of a file that a terminal would obey", async () => {
    const directory = await install();
    const name = "e\u001b[2Jv\u202eil";
    await writePrivate(
      join(directory, "Durar.json"),
      JSON.stringify({
        secrets: { providers: { filemain: { source: "file", path: "/s.json" } } },
        models: { providers: { [name]: { apiKey: openai } } },
      }),
    );
    for (const args of [
      ["--all-plaintext-to", "file:filemain", "--out", "plan.json"],
      ["--all-plaintext-to", "file:filemain", "--out", "plan.json", "--json"],
      ["--all-plaintext-to", "file:filemain"],
      ["--all-plaintext-to", "env"],
    ]) {
      const { stdout, stderr } = await plan(directory, args);
      expect(stdout + stderr, args.join(" ")).not.toMatch(OBEYED);
    }
    expect(readFileSync(join(directory, "plan.json"), "utf8")).toContain("models.providers");
  });

  test("changes no store", async () => {
    const directory = await install();
    await plan(directory, ["--all-plaintext-to", "file:filemain", "--move-values", "--out", "plan.json"]);
    expect(readFileSync(join(directory, "Durar.json"), "utf8")).toBe(config(filemain));
    expect(readdirSync(directory).sort()).toEqual([".env", "Durar.json", "agents", "plan.json"]);
  });
});
