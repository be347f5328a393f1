import { assertNoLeak, canary } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { otherRules, read, rules, S } from "./fixtures/durar-rules.ts";
import { redactDocument } from "./redact-document.ts";
import { REDACTION_RULES } from "./redaction-problems.ts";
import { restoreSentinels, type RestoreResult } from "./restore-sentinels.ts";

function restore(submitted: string, onDisk: string, secrets: readonly string[] = []): RestoreResult {
  return restoreSentinels(read(submitted.replaceAll("SENTINEL", S)), read(onDisk), secrets, rules);
}

/** The text that a write would put on disk. */
function restored(submitted: string, onDisk: string, secrets: readonly string[] = []): string {
  const result = restore(submitted, onDisk, secrets);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.text;
}

/** The problems of a write, as `rule path line:column`. */
function refused(submitted: string, onDisk: string, secrets: readonly string[] = []): string[] {
  const result = restore(submitted, onDisk, secrets);
  return result.ok ? ["accepted"] : result.problems.map((p) => `${p.rule} ${p.path} ${p.line}:${p.column}`);
}

const agent = (id: string, key: string): string =>
  `{ id: "${id}", memorySearch: { remote: { apiKey: ${key} } } }`;
const agents = (...list: string[]): string => `{ agents: { list: [${list.join(", ")}] } }`;

describe("a sentinel keeps what is on disk at its place", () => {
  test("with the quotes, escapes and digits it has there", () => {
    expect(
      restored(
        `{ n: 1, token: "SENTINEL", talk: { apiKey: 'SENTINEL' }, password: "SENTINEL" }`,
        String.raw`{ talk: { apiKey: "a\x62\
c" }, token: 'it\'s', password: 0x1E240 }`,
      ),
    ).toBe(String.raw`{ n: 1, token: 'it\'s', talk: { apiKey: "a\x62\
c" }, password: 0x1E240 }`);
  });

  test("also a whole service account, with the comments in it", () => {
    const account = `{ // the key\n  private_key: 'k', "list": [1,] }`;
    const channels = (value: string): string => `{ channels: { googlechat: { serviceAccount: ${value} } } }`;
    expect(restored(channels(`"SENTINEL"`), channels(account))).toBe(channels(account));
  });

  test("however the sentinel is escaped", () => {
    expect(restored(String.raw`{ token: "\u005f${S.slice(1)}" }`, `{ token: 'x' }`)).toBe(`{ token: 'x' }`);
  });

  test("and leaves every other byte of the submitted text alone", () => {
    expect(restored(`\ufeff{\r\n/* new */ token : 'SENTINEL',, }`.replace(",,", ","), `{token:"x"}`)).toBe(
      `\ufeff{\r\n/* new */ token : "x", }`,
    );
  });

  test("and text without one is not changed at all", () => {
    expect(restored(` { a: 1 } // x`, `{ token: "x" }`)).toBe(` { a: 1 } // x`);
  });

  test("where it was hidden for a known secret, as long as that is known", () => {
    const secret = canary();
    expect(restored(`{ a: "SENTINEL" }`, `{ a: "x ${secret}" }`, [secret])).toBe(`{ a: "x ${secret}" }`);
    expect(refused(`{ a: "SENTINEL" }`, `{ a: "x ${secret}" }`)).toEqual(["not-redacted a 1:6"]);
  });
});

describe("entries with ids", () => {
  const disk = agents(agent("a", "'one'"), agent("b", "'two'"), agent("c", "'three'"));

  test("keep their own secrets when they are reordered, removed or added", () => {
    const submitted = agents(agent("c", `"SENTINEL"`), agent("new", `"four"`), agent("b", `"SENTINEL"`));
    expect(restored(submitted, disk)).toBe(
      agents(agent("c", "'three'"), agent("new", `"four"`), agent("b", "'two'")),
    );
  });

  test("that are new have nothing on disk, even where another entry stood", () => {
    expect(refused(agents(agent("new", `"SENTINEL"`), agent("b", `"SENTINEL"`)), disk)).toEqual([
      "nothing-on-disk agents.list.0.memorySearch.remote.apiKey 1:67",
    ]);
  });

  test("that repeat an id are ambiguous, on either side", () => {
    const twice = agents(agent("a", `"SENTINEL"`), agent("a", `"SENTINEL"`), agent("b", `"SENTINEL"`));
    expect(refused(twice, disk).map((problem) => problem.split(" ")[0])).toEqual([
      "ambiguous-place",
      "ambiguous-place",
    ]);
    expect(
      refused(agents(agent("a", `"SENTINEL"`)), agents(agent("a", "'x'"), agent("a", "'y'"))),
    ).toHaveLength(1);
  });

  test("of agents.list are never told apart by index, even where all is unchanged", () => {
    const without = (key: string): string => agents(`{ memorySearch: { remote: { apiKey: ${key} } } }`);
    expect(refused(without(`"SENTINEL"`), without("'x'"))[0]).toMatch(/^ambiguous-place /);
  });

  test("are found beside agents that have none", () => {
    const mixed = (key: string): string => agents(agent("b", key), "{}");
    expect(restored(mixed(`"SENTINEL"`), disk)).toBe(mixed("'two'"));
  });

  test("of any other list keep their own secrets too", () => {
    expect(
      restored(
        `{ hooks: { mappings: [{ id: "b", sessionKey: "SENTINEL" }, { id: "\\x61", sessionKey: "SENTINEL" }] } }`,
        `{ hooks: { mappings: [{ id: 'a', sessionKey: 'one' }, { id: 'b', sessionKey: 'two' }] } }`,
      ),
    ).toBe(`{ hooks: { mappings: [{ id: "b", sessionKey: 'two' }, { id: "\\x61", sessionKey: 'one' }] } }`);
  });
});

describe("entries without ids", () => {
  const disk = `{ list: [{ name: "a", n: [1], token: "x" }, { name: "b", token: "y" }] }`;
  const list = (...entries: string[]): string => `{ list: [${entries.join(", ")}] }`;

  test("keep their secrets while they are what redaction shows, whatever the others are", () => {
    expect(restored(list(`{ token: 'SENTINEL', name: "\\x61", n: [1, ] }`, "0"), disk)).toBe(
      list(`{ token: "x", name: "\\x61", n: [1, ] }`, "0"),
    );
    const more = `{ list: [{ name: "a", token: "x", secret: "y" }] }`;
    expect(restored(list(`{ name: "a", token: "new", secret: "SENTINEL" }`), more)).toBe(
      list(`{ name: "a", token: "new", secret: "y" }`),
    );
  });

  test.each([
    ["an entry has changed", list(`{ name: "c", n: [1], token: "SENTINEL" }`, "0")],
    ["something in an entry has changed", list(`{ name: "a", n: [2], token: "SENTINEL" }`, "0")],
    ["an entry has another member", list(`{ name: "a", n: [1], m: 1, token: "SENTINEL" }`, "0")],
    ["an entry lacks a member", list(`{ name: "a", token: "SENTINEL" }`, "0")],
    ["an entry repeats a member", list(`{ name: "a", name: "a", n: [1], token: "SENTINEL" }`, "0")],
    ["the list is longer", list(`{ name: "a", n: [1], token: "SENTINEL" }`, "0", "0")],
    ["the list is shorter", list(`{ name: "a", n: [1], token: "SENTINEL" }`)],
    ["the entries have changed places", list(`0`, `{ name: "a", n: [1], token: "SENTINEL" }`)],
    ["the entry is another value", list(`[{ token: "SENTINEL" }]`, "0")],
  ])("lose their place when %s", (_title, submitted) => {
    expect(refused(submitted, disk)[0]).toMatch(/^changed-list list\.\d/);
  });

  test("in unchanged entries are told apart by index all the way down", () => {
    const nested = (value: string): string => `{ botTokens: [[[${value}, 1], [2]], 3] }`;
    expect(restored(nested(`"SENTINEL"`), nested("'x'"))).toBe(nested("'x'"));
    expect(refused(nested(`"SENTINEL"`), `{ botTokens: [[['x', 1], [9]], 3] }`)[0]).toMatch(/^changed-list /);
  });
});

describe("a sentinel is refused", () => {
  const disk = `{ talk: { apiKey: "x", name: "n" }, token: "y" }`;
  test.each([
    ["where the file holds nothing", `{ cookie: "SENTINEL" }`, "nothing-on-disk cookie 1:11"],
    ["below what is no object there", `{ token: { a: ["SENTINEL"] } }`, "nothing-on-disk token.a.0 1:16"],
    ["for a value that is shown", `{ talk: { name: "SENTINEL" } }`, "not-redacted talk.name 1:17"],
    ["for an object that is shown", `{\n talk: "SENTINEL" }`, "not-redacted talk 2:8"],
    ["for the whole document", `"SENTINEL"`, "not-redacted  1:1"],
    ["where the submitted name is repeated", `{ token: 1, token: "SENTINEL" }`, "ambiguous-place token 1:20"],
    ["in a longer string", `{ token: "SENTINEL " }`, "inside-string token 1:10"],
    ["as a member name", `{ talk: { SENTINEL: 1 } }`, `in-key talk.${S} 1:11`],
    ["in a member name", `{ "x SENTINEL": 1 }`, `in-key ["x ${S}"] 1:3`],
    ["as an entry's id", `{ a: [{ id: "SENTINEL" }] }`, "in-id a.0.id 1:13"],
    ["in an entry's id", `{ a: [{ id: "xSENTINEL" }] }`, "in-id a.0.id 1:13"],
    ["as a ref's id", `{ token: { source: "env", id: "SENTINEL" } }`, "nothing-on-disk token.id 1:31"],
    ["in a comment that is not on disk", `{} // SENTINEL`, "in-comment  1:4"],
    ["when it is another layout's", `{ token: "${otherRules.sentinel}" }`, "other-layout token 1:10"],
    ["when another layout's is in a comment", `{} /* ${otherRules.sentinel} */`, "other-layout  1:4"],
    [
      "when another layout's is a name",
      `{ ${otherRules.sentinel}: 1 }`,
      `other-layout ${otherRules.sentinel} 1:3`,
    ],
  ])("%s", (_title, submitted, problem) => {
    expect(refused(submitted, disk)).toEqual([problem]);
  });

  test("where the name is repeated on disk, or on the way there", () => {
    expect(refused(`{ token: "SENTINEL" }`, `{ token: "x", token: "y" }`)).toEqual([
      "ambiguous-place token 1:10",
    ]);
    const repeated = `{ talk: { apiKey: "x" }, talk: { apiKey: "x" } }`;
    expect(refused(`{ talk: { apiKey: "SENTINEL" } }`, repeated)).toEqual([
      "ambiguous-place talk.apiKey 1:19",
    ]);
  });

  test("inside a value that is hidden as a whole", () => {
    const channels = (key: string): string =>
      `{ channels: { googlechat: { serviceAccount: { private_key: ${key} } } } }`;
    expect(refused(channels(`"SENTINEL"`), channels(`"k"`))[0]).toMatch(/^not-redacted /);
  });

  test("where the file on disk holds the reserved word itself, also as a part or deep inside", () => {
    expect(refused(`{ token: "SENTINEL" }`, `{ token: '${S}' }`)).toEqual(["reserved-on-disk token 1:10"]);
    expect(refused(`{ a: "xSENTINEL" }`, `{ a: "x${S}" }`)).toEqual(["reserved-on-disk a 1:6"]);
    expect(refused(`{ token: "SENTINEL" }`, `{ token: "x${otherRules.sentinel}" }`)).toHaveLength(1);
    const channels = (value: string): string => `{ channels: { googlechat: { serviceAccount: ${value} } } }`;
    for (const inside of [`{ key: "\\x5f${S.slice(1)}" }`, `{ /* ${S} */ }`, `{ ${S}: 1 }`])
      expect(refused(channels(`"SENTINEL"`), channels(inside))[0]).toMatch(/^reserved-on-disk /);
    expect(refused(`{} // SENTINEL`, `{} // ${S}`)).toEqual(["reserved-on-disk  1:4"]);
  });

  test("while another value of a file that holds the reserved word can be written, and so mended", () => {
    expect(restored(`{ token: "new", password: "SENTINEL" }`, `{ token: "${S}", password: "p" }`)).toBe(
      `{ token: "new", password: "p" }`,
    );
  });

  test("with every problem at once, in the order of the text", () => {
    const submitted = `{ // SENTINEL\n a: "SENTINEL",\n SENTINEL: "SENTINEL", token: "SENTINEL" }`;
    expect(refused(submitted, disk)).toEqual([
      "in-comment  1:3",
      "nothing-on-disk a 2:5",
      `in-key ${S} 3:2`,
      `nothing-on-disk ${S} 3:22`,
    ]);
  });
});

describe("a comment", () => {
  const [one, two] = [canary(), canary()];

  test("that is as redaction shows it gets its secret back, several alike in their order", () => {
    const disk = `{ // key ${one}\n /* key ${one} */ a: 1 // key ${two}\n}`;
    expect(restored(`{ // key SENTINEL\n // key SENTINEL\n /* key SENTINEL */ }`, disk, [one, two])).toBe(
      `{ // key ${one}\n // key ${two}\n /* key ${one} */ }`,
    );
  });

  test("that is changed, or stands once more than on disk, is refused", () => {
    const disk = `{} // key ${one}`;
    expect(refused(`{} // my key SENTINEL`, disk, [one])).toEqual(["in-comment  1:4"]);
    expect(refused(`{} // key SENTINEL\n// key SENTINEL`, disk, [one])).toEqual(["in-comment  2:1"]);
  });

  test("of a hidden value gives nothing back", () => {
    const disk = `{ channels: { googlechat: { serviceAccount: { // ${one}\n } } } }`;
    expect(refused(`{} // SENTINEL`, disk, [one])).toEqual(["in-comment  1:4"]);
  });
});

test("no problem says anything of a secret", async () => {
  const secret = canary();
  const disk = `{ token: "${secret}", list: ["${secret}", 1] } // ${secret}`;
  const submitted = `{ token: "x SENTINEL", list: ["SENTINEL"], n: "SENTINEL" } // x SENTINEL`;
  const outcome = await assertNoLeak(secret, () => restore(submitted, disk, [secret]));
  expect(outcome).toMatchObject({ result: { ok: false, problems: { length: 4 } } });
});

test("every rule says in one line what is wrong and what to do", () => {
  for (const { when, hint } of Object.values(REDACTION_RULES)) {
    expect(`${when} - ${hint}`).toMatch(/^[a-z][^\n]+ - [a-z][^\n]+[^.]$/);
  }
});

test("tens of thousands of sentinels in lists within lists are put back without comparing anything twice", () => {
  const values = Array.from({ length: 20_000 }, (_, index) => `"x${index}"`).join(",");
  const disk = `{ botTokens: ${"[".repeat(190)}${values}${"]".repeat(190)} }`;
  const { raw } = redactDocument(read(disk), [], rules);
  expect(restored(raw, disk)).toBe(disk);
});
