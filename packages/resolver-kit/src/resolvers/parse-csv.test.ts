import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCsv } from "./parse-csv.ts";

test("whatever is written with quotes is read as it was", () => {
  const row = fc.array(fc.string({ unit: "binary" }), { minLength: 2, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(row), fc.constantFrom("\n", "\r\n"), (rows, end) => {
      const text = rows
        .map((fields) => fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(",") + end)
        .join("");
      expect(parseCsv(text)).toEqual(rows);
    }),
  );
});

test("bare fields are read, and a last line without an end", () => {
  expect(parseCsv('a,b\n"c",')).toEqual([
    ["a", "b"],
    ["c", ""],
  ]);
});

test("a field of megabytes is read", () => {
  const field = '"x'.repeat(1_000_000);
  expect(parseCsv(`"${field.replaceAll('"', '""')}",b\n`)).toEqual([[field, "b"]]);
});
