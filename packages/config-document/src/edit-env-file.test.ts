import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { assertNoLeak, canary, command, run, temporaryDirectory, testWith } from "@durar/testing";
import dotenv from "dotenv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyTextEdits, editEnvFile, readEnvFile, type EnvChange } from "./index.ts";

const remove = (entry: number): EnvChange => Object.freeze({ op: "delete", entry });
const set = (name: string, value: string): EnvChange => Object.freeze({ op: "set", name, value });

function edited(text: string, ...changes: readonly EnvChange[]): string {
  const result = editEnvFile(text, Object.freeze(changes));
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return result.text;
}

describe("a deleted entry goes with its lines, and nothing else does", () => {
  test.each([
    ["A=1\nB=2\nC=3\n", [1], "A=1\nC=3\n"],
    ["A=1\nB=2\nC=3\n", [0, 1, 2], ""],
    ["# a\n\nA=1 # with it\n# b\n\nB=2\n", [0], "# a\n\n# b\n\nB=2\n"],
    ["\ufeffA=1\r\n\tB='2'\r\n", [0], "\ufeff\tB='2'\r\n"],
    ["  export A=1  \r\nB=2\r\n", [0], "B=2\r\n"],
    ["A=1\rB=2\rC=3", [1], "A=1\rC=3"],
    ["A=1\nB=2", [1], "A=1\n"],
    ["A='1\n2\n3' # c\nB=2\n", [0], "B=2\n"],
    ["A=\n\n'b'\nC=1\n", [0], "C=1\n"],
    ["export\nA=1\nB=2\n", [0], "B=2\n"],
    ["A=1\nA=2\nA=3\n", [0, 2], "A=2\n"],
    ["nonsense\nA=1\nmore\n", [0], "nonsense\nmore\n"],
  ])("%j less %j", (text, entries, expected) => {
    expect(edited(text, ...entries.map(remove))).toBe(expected);
  });
});

describe("where an entry kept the lines around it apart, a comment takes its place:", () => {
  test.each([
    ["a value below its name", "A=\nB=1\n'c'\n", { A: "" }, "A=\n#\n'c'\n"],
    ["an equals sign below a name", "A\nB=1\n=c\n", {}, "A\n#\n=c\n"],
  ])("%s", (_title, text, record, expected) => {
    const entry = readEnvFile(text).entries.findIndex(({ name }) => name === "B");
    expect(edited(text, remove(entry))).toBe(expected);
    expect(dotenv.parse(expected)).toEqual(record);
  });

  test("quotes that ended the search for others, unless other quotes do as well", () => {
    const comment =
      '# don\'t remove: the "quotes" and `ticks` of this line keep what is above from what is below';
    const single = "A='x\nB=it's\nC=y'\n";
    expect(edited(single, remove(1))).toBe(`A='x\n${comment}\nC=y'\n`);
    expect(edited(single, set("B", "1"))).toBe("A='x\nB='1'\nC=y'\n");
    const double = 'A="x\nB=it"s\nC=y"\n';
    const result = edited(double, set("B", "1"));
    expect(result).toBe(`A="x\nB='1' ${comment}\nC=y"\n`);
    expect(dotenv.parse(result)).toEqual({ A: '"x', B: "1", C: 'y"' });
  });

  test("a new value whose own quote could be taken for an escaped one", () => {
    const comment =
      '# don\'t remove: the "quotes" and `ticks` of this line keep what is above from what is below';
    const text = "A='1'\nB='\n'\n";
    expect(edited(text, set("A", "x\\"))).toBe(`A='x\\' ${comment}\nB='\n'\n`);
    expect(edited(text, set("C", "y"), set("A", "x"))).toBe("A='x'\nB='\n'\nC='y'\n");
  });

  test("a quote that was never closed, and would be by a new value", () => {
    const result = edited("A='x\n", set("B", "\ny"));
    expect(dotenv.parse(result)).toEqual({ A: "'x", B: "\ny" });
    expect(result).toMatch(/^A='x\n# don't remove.+\nB='\ny'\n$/);
  });

  test("only the entries that need one leave a comment", () => {
    expect(edited("X=1\nA=\nB=1\n'c'\nY=1\n", remove(0), remove(2), remove(3))).toBe("A=\n#\n'c'\n");
  });
});

describe("a value that is set", () => {
  test.each([
    ["takes the place of the old one", "A=1 # c\nB=2\n", set("A", "3"), "A=3 # c\nB=2\n"],
    ["keeps its single quotes", "A = '1'\n", set("A", "x y"), "A = 'x y'\n"],
    ["keeps its double quotes", 'export A="1" # c\n', set("A", "x y"), 'export A="x y" # c\n'],
    ["leaves quotes that a shell would not leave as they are", 'A="1"\n', set("A", "$x"), "A='$x'\n"],
    ["leaves quotes that it holds", "A='1'\n", set("A", "it's"), 'A="it\'s"\n'],
    ["leaves backticks, which a shell runs", "A=`1`\n", set("A", "ls"), "A=ls\n"],
    ["is in backticks where nothing else holds it", "A=1\n", set("A", `it's "x"`), 'A=`it\'s "x"`\n'],
    ["gets quotes where it needs some", "A=1\n", set("A", "x # y"), "A='x # y'\n"],
    ["gets quotes as others have", 'B="x"\nA=1\n', set("A", "x # y"), 'B="x"\nA="x # y"\n'],
    ["may have lines", "A=1\r\n", set("A", "x\ny"), "A='x\r\ny'\r\n"],
    ["may have carriage returns", "A=1\n", set("A", "x\r\ny\r"), 'A="x\\r\ny\\r"\n'],
    ["may end with a backslash", "A=1\n", set("A", "x\\"), "A='x\\'\n"],
    ["may be empty", "A=1\n", set("A", ""), "A=\n"],
    ["takes the place of none", "A=\nB=1\n", set("A", "x"), "A=x\nB=1\n"],
    ["takes the place of none behind a colon", "A:\n\nB=1\n", set("A", "x"), "A:\nx\nB=1\n"],
    ["stands apart from a comment", "A=#c\n", set("A", "x"), "A=x #c\n"],
    ["is that of the last entry of the name", "A=1\nA=2\nB=3\n", set("A", "x"), "A=1\nA=x\nB=3\n"],
    ["may stand below the name", "A=\n'1'\n", set("A", "x y"), "A=\n'x y'\n"],
  ])("%s", (_title, text, change, expected) => {
    expect(edited(text, change)).toBe(expected);
    if (change.op === "set") expect(dotenv.parse(expected)[change.name]).toBe(change.value);
    expect(editEnvFile(expected, [change])).toEqual({ ok: true, text: expected, edits: [] });
  });

  test("is that of the last entry which is not deleted", () => {
    expect(edited("A=1\nA=2\n", remove(1), set("A", "x"))).toBe("A=x\n");
    expect(edited("A=1\n", remove(0), set("A", "x"))).toBe("A=x\n");
  });

  test.each([
    ["", "A=x\n"],
    ["\ufeff", "\ufeffA=x\n"],
    ["# c", "# c\nA=x\n"],
    ["B=1\n", "B=1\nA=x\n"],
    ["B=1\r\nC=2", "B=1\r\nC=2\r\nA=x\r\n"],
    ["B=1\rC=2\r", "B=1\rC=2\rA=x\r"],
    ["export B='1'\nexport C='2'\n", "export B='1'\nexport C='2'\nexport A='x'\n"],
    ["export B=1\nC=2\n", "export B=1\nC=2\nA=x\n"],
    ["B=\n", "B=\nA=x\n"],
    ["export", "export\nA=x\n"],
  ])("of a new name is added to %j in the style of the file", (text, expected) => {
    expect(edited(text, set("A", "x"))).toBe(expected);
  });

  test("of several names is added in their order, also behind a last line that goes", () => {
    expect(edited("B=1\nC=2", remove(1), set("A", "x"), set("D", "y"))).toBe("B=1\nA=x\nD=y\n");
    expect(edited("B=1", remove(0), set("A", "x"))).toBe("A=x\n");
  });
});

describe("a change that cannot be made is a problem, every one is told, and nothing is edited:", () => {
  test.each<readonly [string, readonly EnvChange[], readonly (readonly [string, number])[]]>([
    [
      "no such entry",
      [remove(1), remove(-1), remove(0.5), remove(NaN)],
      [0, 1, 2, 3].map((n) => ["env-entry", n]),
    ],
    ["an entry twice", [remove(0), remove(0)], [["env-conflict", 1]]],
    ["a name twice", [set("A", "x"), set("A", "x")], [["env-conflict", 1]]],
    [
      "no name",
      ["", "a b", "a=b", "é", "__proto__", "#", "a\n"].map((name) => set(name, "x")),
      [0, 1, 2, 3, 4, 5, 6].map((n) => ["env-name", n]),
    ],
    [
      "no value",
      ["a\0b", "\ud800", "\udc00x", "'\"`\n"].map((value, index) => set(`N${index}`, value)),
      [0, 1, 2, 3].map((n) => ["env-value", n]),
    ],
    [
      "several kinds",
      [set("", "x"), remove(0), remove(7), set("B", "\0")],
      [
        ["env-name", 0],
        ["env-entry", 2],
        ["env-value", 3],
      ],
    ],
  ])("%s", (_title, changes, expected) => {
    const result = editEnvFile("A=1\n", changes);
    expect(result.ok).toBe(false);
    if (!result.ok) expect(result.problems.map(({ rule, change }) => [rule, change])).toEqual(expected);
  });

  test("and shows no name and no value", async () => {
    const secret = canary();
    const changes = [set(`${secret} `, secret), set("A", `${secret}\0`), remove(9)];
    const outcome = await assertNoLeak(secret, () => editEnvFile(`A=${secret}\n`, changes));
    expect(outcome).toMatchObject({ threw: false, result: { ok: false } });
  });

  test("a file that is not read to its end", () => {
    expect(editEnvFile("A\n".repeat(1_000_001), [set("A", "x")])).toMatchObject({
      ...{ ok: false, problems: [{ rule: "env-unread", change: 0 }] },
    });
  });
});

testWith(
  command("sh"),
  "a shell that sources the file reads the values that it can read as dotenv does",
  async () => {
    const pieces = fc.constantFrom(
      ..."'\"`$\\!#~*?&;|<>(){}[]= \n\tab%",
      "é",
      "$HOME",
      "\\n",
      "$(id)",
      "#c",
      "\u2028",
    );
    const values = fc
      .sample(fc.array(pieces, { maxLength: 6 }), { numRuns: 3000, seed: 1 })
      .map((list) => list.join(""));
    const shared = values.filter((value) => !value.includes("'") || !/["$`\\]/.test(value));
    const [directory, quotes] = [await temporaryDirectory(), ["", "'", '"', "`"]];
    const before = shared
      .map((_, index) => `V${index}=${quotes[index % 4]}x${quotes[index % 4]} # c\n`)
      .join("");
    const text = edited(before, ...shared.map((value, index) => set(`V${index}`, value)));
    await writeFile(join(directory, ".env"), text);
    const print = `process.stdout.write(JSON.stringify(process.env))`;
    const script = `set -ae; . ./.env; exec "$0" -e '${print}'`;
    const { stdout, stderr } = await run("sh", ["-c", script, process.execPath], { cwd: directory });
    expect(stderr).toBe("");
    const seen = JSON.parse(stdout) as Record<string, string>;
    expect(shared.map((_, index) => seen[`V${index}`])).toEqual(shared);
  },
);

describe("whatever the file and the changes", () => {
  const tokens = fc.constantFrom(
    ...[
      "'",
      '"',
      "`",
      "\\",
      "\\n",
      "\\'",
      '\\"',
      "#",
      "=",
      ":",
      " ",
      "\t",
      "\n",
      "\r\n",
      "\r",
      "\u2028",
      "\ufeff",
    ],
    ...[
      "export",
      "export ",
      "A",
      "B",
      "_1",
      "x",
      "é",
      "=\n",
      ": ",
      "A=",
      "B='",
      'C="',
      "D=`",
      "\\'\n",
      "\n\n",
    ],
  );
  const messy = fc.array(tokens, { maxLength: 24 }).map((parts) => parts.join(""));
  const value = fc.array(tokens, { maxLength: 5 }).map((parts) => parts.join(""));
  const neat = fc
    .array(
      fc.oneof(
        fc
          .tuple(fc.constantFrom("A", "B", "export C", "D.e"), fc.constantFrom("=", ": ", " = "), value)
          .map((p) => p.join("")),
        fc.constantFrom("# it's a comment", "", "nonsense", "E='two\nlines' # c"),
      ),
      { maxLength: 8 },
    )
    .chain((lines) => fc.constantFrom("\n", "\r\n").map((end) => lines.map((line) => line + end).join("")));
  const name = fc.constantFrom("A", "B", "C", "D.e", "NEW");
  const change = fc.oneof(
    fc.record({ op: fc.constant("delete" as const), entry: fc.nat(7) }),
    fc.record({ op: fc.constant("set" as const), name, value }),
  );
  const changes = fc.uniqueArray(change, {
    maxLength: 4,
    selector: (one) => (one.op === "set" ? one.name : one.entry),
  });

  test("the result is what was wanted, for dotenv too, and no byte outside of the edits is another", () => {
    let made = 0;
    fc.assert(
      fc.property(fc.oneof(messy, neat), changes, (text, list) => {
        const { entries } = readEnvFile(text);
        const possible = list.filter((one) => one.op === "set" || one.entry < entries.length);
        const result = editEnvFile(text, possible);
        if (!result.ok) {
          const rules = result.problems.map(({ rule }) => rule);
          expect(["env-value", "env-entangled"]).toEqual(expect.arrayContaining(rules));
          return;
        }
        made += 1;
        const deleted = possible.flatMap((one) => (one.op === "delete" ? [one.entry] : []));
        const wanted = entries
          .filter((_, index) => !deleted.includes(index))
          .map((entry) => [entry.name, entry.value]);
        for (const one of possible) {
          if (one.op === "delete") continue;
          const last = wanted.findLast(([name]) => name === one.name);
          if (last === undefined) wanted.push([one.name, one.value]);
          else last[1] = one.value;
        }
        expect(readEnvFile(result.text).entries.map((entry) => [entry.name, entry.value])).toEqual(wanted);
        expect(dotenv.parse(result.text)).toEqual(Object.fromEntries(wanted));
        expect(applyTextEdits(text, result.edits)).toBe(result.text);
        for (const { start, end } of result.edits) assertAboutEntry(text, start, end);
        const sets = possible.filter((one) => one.op === "set");
        expect(editEnvFile(result.text, sets)).toEqual({ ok: true, text: result.text, edits: [] });
      }),
      { numRuns: 5000 },
    );
    expect(made).toBeGreaterThan(4700);
  });

  /** Every edit lies in the lines of an entry, or at the end of the text. */
  function assertAboutEntry(text: string, start: number, end: number): void {
    const covered = readEnvFile(text).entries.map((entry) => [entry.start, entry.end] as const);
    for (let offset = start; offset < end; offset += 1) {
      const inEntry = covered.some(([from, to]) => offset >= from && offset < to);
      // Else the indentation before it or the line break behind it.
      if (!inEntry) expect(text.charAt(offset)).toMatch(/\s/);
    }
  }
});

test("a long file is edited in a moment", () => {
  const text = `A='x\n${"B=it's\nC=1\n".repeat(50_000)}`;
  const changes = Array.from({ length: 50_000 }, (_, index) => remove(2 * index + 1));
  expect(editEnvFile(text, changes).ok).toBe(true);
});
