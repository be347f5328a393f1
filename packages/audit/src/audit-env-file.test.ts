import { expect, test } from "vitest";
import { audit, auditDirectory, listFiles } from "./fixtures/state-directory.ts";

const config = (value: unknown): { "Durar.json": string } => ({ "Durar.json": JSON.stringify(value) });

test("secrets are told by known names, telling suffixes, and names that refs name", async () => {
  const { found } = await audit({
    ...config({ cron: { enabled: false, webhookToken: "${PIN}" } }),
    ".env": [
      "OPENAI_API_KEY=<<a>>",
      "export DB_PASSWORD='<<b>>' # comment",
      'FAL_KEY = "<<c>>"',
      "PIN=<<d>>",
      "LOG_LEVEL=debug",
      "PASSWORD_FILE=/run/secrets/x",
      "EMPTY_TOKEN=",
      "BLANK_TOKEN='  '",
      "OLLAMA_API_KEY=ollama-local",
      "GROQ_API_KEY=${OTHER_KEY}",
      "XAI_API_KEY=$OPENAI_API_KEY",
      "TWITCH_TOKEN=oauth:<<e>>",
    ].join("\n"),
  });
  expect(found).toEqual([
    "Durar.json:1:41 info REF_UNRESOLVED cron.webhookToken",
    ".env:1:16 warn PLAINTEXT_FOUND OPENAI_API_KEY",
    ".env:2:20 warn PLAINTEXT_FOUND DB_PASSWORD",
    ".env:3:11 warn PLAINTEXT_FOUND FAL_KEY",
    ".env:4:5 warn PLAINTEXT_FOUND PIN",
    ".env:12:14 warn PLAINTEXT_FOUND TWITCH_TOKEN",
  ]);
});

test("the entry that a live ref reads is information, and changes no status", async () => {
  const { found, report } = await audit(
    {
      ...config({ cron: { webhookToken: "Bearer ${PIN}" } }),
      ".env": "PIN=<<a>>\n",
    },
    { environment: { PIN: "x" } },
  );
  expect(found).toEqual([".env:1:5 info PLAINTEXT_FOUND PIN"]);
  expect(report).toMatchObject({ status: "clean", summary: { plaintextCount: 0 } });
});

test("of entries with one name only the last is the source, and only where it is not blank", async () => {
  const refs = config({ cron: { webhookToken: "${PIN}" }, talk: { apiKey: "${KEY}" } });
  const { found } = await audit(
    { ...refs, ".env": "PIN=<<a>>\nKEY=<<b>>\nPIN=<<c>>\nKEY=\n" },
    { environment: { PIN: "x", KEY: "y" } },
  );
  expect(found).toEqual([
    ".env:1:5 warn PLAINTEXT_FOUND PIN",
    ".env:2:5 warn PLAINTEXT_FOUND KEY",
    ".env:3:5 info PLAINTEXT_FOUND PIN",
  ]);
});

test("of two files the first that has a value is the source", async () => {
  const refs = config({ cron: { webhookToken: "${PIN}" }, talk: { apiKey: "${KEY}" } });
  const files = { ...refs, "a/.env": "PIN=<<a>>\nKEY=\n", "b/.env": "PIN=<<b>>\nKEY=<<c>>\n" };
  const { found } = await audit(files, { environment: { PIN: "x", KEY: "y" } });
  expect(found).toEqual([
    "a/.env:1:5 info PLAINTEXT_FOUND PIN",
    "b/.env:1:5 warn PLAINTEXT_FOUND PIN",
    "b/.env:2:5 info PLAINTEXT_FOUND KEY",
  ]);
});

test("a ref that lost to another of its group reads nothing", async () => {
  const webSearch = (apiKey: string) => ({ config: { webSearch: { apiKey } } });
  const { found } = await audit(
    {
      ...config({ plugins: { entries: { brave: webSearch("${FIRST}"), tavily: webSearch("${SECOND}") } } }),
      ".env": "FIRST=<<a>>\nSECOND=<<b>>\n",
    },
    { environment: { FIRST: "x", SECOND: "y" } },
  );
  expect(found).toEqual([".env:1:7 info PLAINTEXT_FOUND FIRST", ".env:2:8 warn PLAINTEXT_FOUND SECOND"]);
});

test("a duplicate that is added before the source has an id of its own, and the source keeps its", async () => {
  const files = { ...config({ cron: { webhookToken: "${PIN}" } }), ".env": "PIN=<<a>>\n" };
  const before = await audit(files, { environment: { PIN: "x" } });
  const after = await audit({ ...files, ".env": "PIN=<<b>>\nPIN=<<a>>\n" }, { environment: { PIN: "x" } });
  const [source] = before.report.findings;
  const [added, same] = after.report.findings;
  expect(same).toMatchObject({ id: source?.id, severity: "info", line: 2 });
  expect(added).toMatchObject({ severity: "warn", line: 1 });
  expect(added?.id).not.toBe(source?.id);
});

test("lines that are no assignments are one finding, and stop no other", async () => {
  const { found, report, directory, secrets } = await audit({
    ...config({}),
    ".env": "# comment\n\nnonsense <<x>>\nA_TOKEN=<<a>>\n=y\n\u0000\n",
  });
  expect(found).toEqual([".env:3:1 error STORE_UNREADABLE", ".env:4:9 warn PLAINTEXT_FOUND A_TOKEN"]);
  expect(report.findings[0]?.message).toMatch(/is ignored, and so are 2 more$/);
  // Each file that was read is read once.
  let reads = 0;
  const stores = listFiles(directory).map((store) => ({ ...store, read: () => (reads++, store.read()) }));
  await auditDirectory({ directory, secrets }, { stores });
  expect(reads).toBe(2);
});
