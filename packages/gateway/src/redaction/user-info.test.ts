import { expect, test } from "vitest";
import { userInfoRanges } from "./user-info.ts";

const found = (text: string): string[] =>
  userInfoRanges(text).map(({ start, end }) => text.slice(start, end));

test.each([
  ["https://u:p@h/x", ["u:p"]],
  ["postgres://u@h", ["u"]],
  ["https://:p@h", [":p"]],
  ["https://u:p@ss@h?q#f", ["u:p@ss"]],
  [" git+ssh://u:my pass@h", ["u:my pass"]],
  [`https://u:it's"<>\\@h`, [`u:it's"<>\\`]],
  ["--a=http://u:p@h --b=http://v:q@h", ["u:p", "v:q"]],
  ["from http://h/@u to ftp://v:q@h", ["v:q"]],
])("%s names a user", (text, expected) => {
  expect(found(text)).toEqual(expected);
});

test.each([
  "",
  "u@h",
  "https://h",
  "https://h/u@h",
  "https://h?u@h",
  "https://h#u@h",
  "https://@h",
  "://u@h",
  " ://u@h",
])("%j names no user", (text) => expect(found(text)).toEqual([]));

test("a text of a million slashes, or without an end, is read once", () => {
  expect(found("a://".repeat(250_000))).toEqual([]);
  expect(found(`${"a".repeat(1_000_000)}://`)).toEqual([]);
  expect(found(`a://${"@".repeat(1_000_000)}`)).toHaveLength(1);
});
