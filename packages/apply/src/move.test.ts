import { chmod, mkdir, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { assertScrubbed, env, file, install, planOf, type Installation } from "./fixtures/installation.ts";

const config = `{
  secrets: { providers: {
    filemain: { source: "file", path: "<dir>/secrets.json" },
    single: { source: "file", path: "~/single.txt", mode: "singleValue" },
    vault: { source: "exec", command: "/usr/bin/false" },
    few: { source: "env", allowlist: ["A"] },
  } },
  models: { providers: { openai: { apiKey: "<<openai>>" }, groq: { apiKey: "<<groq>>" } } },
  channels: { googlechat: { serviceAccount: { private_key: "<<gc>>" } } },
}
`;
const openai = { type: "models.providers.apiKey", path: "models.providers.openai.apiKey", move: true };
const groq = { type: "models.providers.apiKey", path: "models.providers.groq.apiKey", move: true };

function state(files: Readonly<Record<string, string>> = {}, environment = {}): Promise<Installation> {
  return install({ "Durar.json": config, ...files }, environment);
}

async function agreed(installation: Installation, plan: unknown) {
  const dry = await installation.dryRun(plan);
  const written = await installation.apply(plan);
  if (dry.ok && written.ok) expect({ ...written.result, mode: "dry-run" }).toEqual(dry.result);
  else expect(written).toEqual(dry);
  return written;
}

describe("a value is moved to a JSON file", () => {
  test("that does not exist: it is made, for its owner alone", async () => {
    const installation = await state();
    const plan = planOf([
      { ...openai, ref: file("/providers/openai/apiKey") },
      { ...groq, ref: file("/groq") },
    ]);
    expect(await agreed(installation, plan)).toMatchObject({ ok: true, result: { changed: true } });
    expect(JSON.parse(installation.text("secrets.json"))).toEqual({
      providers: { openai: { apiKey: "<<openai>>" } },
      groq: "<<groq>>",
    });
    expect((await stat(join(installation.directory, "secrets.json"))).mode & 0o777).toBe(0o600);
    assertScrubbed(installation, ["openai", "groq"], ["secrets.json"]);
  });

  test("that exists: it is added in the file's own style, and the rest stays", async () => {
    const before = '{\n    "other": "<<other>>",\n    "models": { "x": [1, 2] }\n}\n';
    const installation = await state({ "secrets.json": before });
    await agreed(installation, planOf([{ ...openai, ref: file("/openai") }]));
    expect(installation.text("secrets.json")).toBe(
      before.replace("\n}\n", ',\n    "openai": "<<openai>>"\n}\n'),
    );
  });

  test("that holds it already: nothing is added", async () => {
    const before = '{"openai":"<<openai>>"}';
    const installation = await state({ "secrets.json": before });
    expect(await agreed(installation, planOf([{ ...openai, ref: file("/openai") }]))).toMatchObject({
      ok: true,
    });
    expect(installation.text("secrets.json")).toBe(before);
  });

  test("as the object it is", async () => {
    const installation = await state();
    const type = "channels.googlechat.serviceAccount";
    await agreed(installation, planOf([{ type, path: type, ref: file("/gc"), move: true }]));
    expect(JSON.parse(installation.text("secrets.json"))).toEqual({ gc: { private_key: "<<gc>>" } });
    expect(installation.text("Durar.json")).toContain(
      '{ serviceAccountRef: { source: "file", provider: "filemain", id: "/gc" } }',
    );
  });

  test("through a ~/ path, to a file of one value", async () => {
    const installation = await state();
    await agreed(installation, planOf([{ ...openai, ref: file("value", "single") }]));
    expect(installation.text("single.txt")).toBe("<<openai>>\n");
  });
});

describe("a value is moved to a variable", () => {
  test("of a .env file that does not exist", async () => {
    const installation = await state();
    await agreed(installation, planOf([{ ...openai, ref: env("OPENAI_API_KEY") }]));
    expect(installation.text(".env")).toBe("OPENAI_API_KEY=<<openai>>\n");
    expect((await stat(join(installation.directory, ".env"))).mode & 0o777).toBe(0o600);
  });

  test("behind what the file holds", async () => {
    const installation = await state({ ".env": "A=1" });
    await agreed(installation, planOf([{ ...openai, ref: env("OPENAI_API_KEY") }]));
    expect(installation.text(".env")).toBe("A=1\nOPENAI_API_KEY=<<openai>>\n");
  });

  test("that the process has: the next process may not have it", async () => {
    const installation = await state({}, { OPENAI_API_KEY: "<<openai>>" });
    await agreed(installation, planOf([{ ...openai, ref: env("OPENAI_API_KEY") }]));
    expect(installation.text(".env")).toBe("OPENAI_API_KEY=<<openai>>\n");
  });
});

describe("nothing is moved, or changed at all,", () => {
  test.each([
    [
      "where another value stands",
      [{ ...openai, ref: file("/taken") }],
      { "secrets.json": '{"taken":"<<other>>"}' },
      /^APPLY_DESTINATION_TAKEN target 1 .*secrets\.json holds another value at \/taken already$/,
    ],
    [
      "where a value of another kind stands",
      [{ ...openai, ref: file("/taken/x") }],
      { "secrets.json": '{"taken":"<<other>>"}' },
      /^APPLY_EDIT_IMPOSSIBLE/,
    ],
    [
      "where a variable has another value",
      [{ ...openai, ref: env("TAKEN") }],
      { ".env": "TAKEN=<<other>>\n" },
      /^APPLY_DESTINATION_TAKEN target 1 .*the variable TAKEN has another value already$/,
    ],
    [
      "where two values go to one place",
      [
        { ...openai, ref: file("/x") },
        { ...groq, ref: file("/x") },
      ],
      {},
      /^APPLY_DESTINATION_TAKEN target 2 .*target 1 .* moves another value there$/,
    ],
    [
      "where two values go to one variable",
      [
        { ...openai, ref: env("A") },
        { ...groq, ref: { source: "env", provider: "few", id: "A" } },
      ],
      {},
      /^APPLY_DESTINATION_TAKEN target 2/,
    ],
    [
      "to a command",
      [{ ...openai, ref: { source: "exec", provider: "vault", id: "x" } }],
      {},
      /^APPLY_DESTINATION_UNUSABLE .*a command's secrets cannot be written/,
    ],
    [
      "to a forbidden segment",
      [{ ...openai, ref: file("/__proto__/x") }],
      {},
      /^APPLY_DESTINATION_UNUSABLE .*a segment of its id is forbidden$/,
    ],
    [
      "to a file that does not parse",
      [{ ...openai, ref: file("/x") }],
      { "secrets.json": '{"a": "<<other>>",}' },
      /^APPLY_DESTINATION_UNUSABLE .*secrets\.json:1:/,
    ],
    [
      "to the wrong id of a file of one value",
      [{ ...openai, ref: file("/x", "single") }],
      {},
      /^APPLY_DESTINATION_UNUSABLE .*the id of a single-value file is "value"$/,
    ],
    [
      "to a file of one value that holds another",
      [{ ...openai, ref: file("value", "single") }],
      { "single.txt": "<<other>>" },
      /^APPLY_DESTINATION_TAKEN .*single\.txt holds another value already$/,
    ],
    [
      "to a file of one value that would not give it back",
      [{ ...openai, ref: file("value", "single") }],
      { "Durar.json": config.replace("<<openai>>", "<<openai>>\\r") },
      /^APPLY_DESTINATION_UNUSABLE .*a file of one value would not give it back as it is$/,
    ],
    [
      "to a file that would be larger than its provider reads",
      [{ ...openai, ref: file("/openai") }],
      {
        "Durar.json": config.replace('secrets.json"', 'secrets.json", maxBytes: 40'),
        "secrets.json": '{"other":"short"}',
      },
      /^APPLY_DESTINATION_UNUSABLE .*secrets\.json would be larger than maxBytes, 40 bytes$/,
    ],
    [
      "to a variable that is not on the allowlist",
      [{ ...openai, ref: { source: "env", provider: "few", id: "B" } }],
      {},
      /^SECRET_NOT_ALLOWLISTED/,
    ],
  ] as const)("%s", async (_name, targets, files, reason) => {
    const installation = await state(files);
    const before = installation.texts();
    const attempt = await agreed(installation, planOf(targets));
    expect(attempt.ok ? [] : attempt.reasons).toEqual([expect.stringMatching(reason)]);
    expect(installation.texts()).toEqual(before);
  });

  test("to a file that others may read", async () => {
    const installation = await state({ "secrets.json": "{}" });
    await chmod(join(installation.directory, "secrets.json"), 0o644);
    const attempt = await agreed(installation, planOf([{ ...openai, ref: file("/x") }]));
    expect(attempt.ok ? [] : attempt.reasons).toEqual([expect.stringMatching(/^APPLY_DESTINATION_UNUSABLE/)]);
    expect(installation.text("Durar.json")).toContain("<<openai>>");
  });

  test("through a link that the provider does not allow", async () => {
    const installation = await state({ "elsewhere.json": "{}" });
    await symlink("elsewhere.json", join(installation.directory, "secrets.json"));
    const attempt = await agreed(installation, planOf([{ ...openai, ref: file("/x") }]));
    expect(attempt.ok ? [] : attempt.reasons).toEqual([
      expect.stringMatching(/^APPLY_DESTINATION_UNUSABLE .*link/),
    ]);
    expect(installation.text("elsewhere.json")).toBe("{}");
  });

  test("to a directory", async () => {
    const installation = await state();
    await mkdir(join(installation.directory, "secrets.json"));
    const attempt = await agreed(installation, planOf([{ ...openai, ref: file("/x") }]));
    expect(attempt.ok ? [] : attempt.reasons).toEqual([expect.stringMatching(/it is a directory$/)]);
  });

  test("to a directory that is not there", async () => {
    const installation = await install({
      "Durar.json": config.replace("<dir>/secrets.json", "<dir>/no/secrets.json"),
    });
    const attempt = await agreed(installation, planOf([{ ...openai, ref: file("/x") }]));
    expect(attempt.ok ? [] : attempt.reasons).toEqual([expect.stringMatching(/^APPLY_DESTINATION_UNUSABLE/)]);
  });
});

test("a store is no destination", async () => {
  const installation = await install({
    "Durar.json":
      '{ secrets: { providers: { self: { source: "file", path: "<dir>/agents/main/agent/auth-profiles.json" } } }, models: { providers: { openai: { apiKey: "<<openai>>" } } } }',
    "agents/main/agent/auth-profiles.json": "{}",
  });
  const attempt = await agreed(installation, planOf([{ ...openai, ref: file("/x", "self") }]));
  expect(attempt.ok ? [] : attempt.reasons).toEqual([
    expect.stringMatching(/auth-profiles\.json is a store itself$/),
  ]);
});

test.each([
  ["that others may write to", (directory: string) => chmod(directory, 0o775), /its group may write to/],
  [
    "that holds a journal already",
    (directory: string) => writeFile(join(directory, ".durar-commit.json"), "{}"),
    /interrupted commit exists/,
  ],
])(
  "in a state directory %s, where nothing can be committed, nothing is moved",
  async (_name, spoil, reason) => {
    const installation = await install({ "Durar.json": config.replace("<dir>/secrets", "~/own/secrets") });
    const own = join(installation.directory, "own");
    await mkdir(own);
    const plan = planOf([{ ...openai, ref: file("/openai", "open") }], {
      providerUpserts: { open: { source: "file", path: "~/own/secrets.json", allowInsecurePath: true } },
    });
    await spoil(installation.directory);
    const attempt = await agreed(installation, plan);
    expect(attempt.ok ? [] : attempt.reasons).toEqual([expect.stringMatching(reason)]);
    expect(await readdir(own)).toEqual([]);
  },
);

test("where the commit fails after a move, it is said where the moved value stays", async () => {
  const installation = await state();
  const [env, fromFile, exec] = installation.place().providers;
  if (env === undefined || fromFile === undefined || exec === undefined) throw new Error("there are three");
  const meddling = {
    ...fromFile,
    resolve: async (request: Parameters<typeof fromFile.resolve>[0]) => {
      await installation.write("Durar.json", "{ mine: 1 }");
      return fromFile.resolve(request);
    },
  };
  const plan = planOf([{ ...openai, ref: file("/openai") }]);
  expect(await installation.apply(plan, { providers: [env, meddling, exec] })).toMatchObject({
    code: "COMMIT_CONFLICT",
    reasons: [expect.stringMatching(/; the values that were moved stay in <dir>\/secrets\.json$/)],
  });
  expect(installation.text("Durar.json")).toBe("{ mine: 1 }");
  expect(JSON.parse(installation.text("secrets.json"))).toEqual({ openai: "<<openai>>" });
});
