import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@durar/testing";
import { expect, test } from "vitest";
import { writeConfig } from "./write-config.ts";

const { signal } = new AbortController();
const sentinel = "__Durar_REDACTED__";

async function fileWith(content: string): Promise<string> {
  const path = join(await temporaryDirectory(), "Durar.json");
  writeFileSync(path, content);
  return path;
}

test("what is expected to be there is replaced", async () => {
  const path = await fileWith("{}");
  await writeConfig({ path, text: "{ a: 1 }", expected: "{}", sentinel, signal });
  expect(readFileSync(path, "utf8")).toBe("{ a: 1 }");
});

test.each([
  ["a value", `{ a: "${sentinel}" }`],
  ["a part of a value", `{ a: "x${sentinel}x" }`],
  ["a name", `{ "${sentinel}": 1 }`],
  ["a comment", `{} // ${sentinel}`],
  ["an escaped value", `{ a: "\\x5f_Durar_REDACTED__" }`],
  ["a text that is no configuration", `{ a: `],
])("the word that stands for a secret is never written: %s", async (_title, text) => {
  const path = await fileWith("{}");
  const { ino } = statSync(path);
  const failure = writeConfig({ path, text, expected: "{}", sentinel, signal });
  await expect(failure).rejects.toMatchObject({ code: "CONFIG_SENTINEL" });
  expect(readFileSync(path, "utf8")).toBe("{}");
  expect(statSync(path).ino).toBe(ino);
});

test("a file that was changed meanwhile stays as it was changed", async () => {
  const path = await fileWith("{ theirs: 1 }");
  const failure = writeConfig({ path, text: "{}", expected: "{ a: 1 }", sentinel, signal });
  await expect(failure).rejects.toMatchObject({ code: "CONFIG_CONFLICT" });
  expect(readFileSync(path, "utf8")).toBe("{ theirs: 1 }");
  expect(readdirSync(join(path, ".."))).toEqual(["Durar.json"]);
});

test("what keeps the file from being replaced is passed on by its own code", async () => {
  const directory = await temporaryDirectory();
  const failure = writeConfig({ path: directory, text: "{}", expected: "", sentinel, signal });
  await expect(failure).rejects.toMatchObject({ code: "COMMIT_REFUSED" });
});
