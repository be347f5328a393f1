import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { frozenData } from "./plain-data.ts";

const copy = (value: unknown): unknown =>
  frozenData(value, (path, found) => {
    throw new TypeError(`${path.join(".")} holds ${found}`);
  });

test("a copy of any JSON equals it, shares nothing with it, and is frozen all the way down", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const copied = copy(value);
      expect(copied).toEqual(value);
      const walk = (one: unknown, other: unknown): void => {
        if (typeof one !== "object" || one === null) return;
        expect(one).not.toBe(other);
        expect(Object.isFrozen(one)).toBe(true);
        for (const [name, member] of Object.entries(one)) walk(member, Reflect.get(other as object, name));
      };
      walk(copied, value);
    }),
  );
});

test("a member called __proto__ is a member like any other", () => {
  const copied = copy(JSON.parse('{"__proto__": {"a": 1}}')) as object;
  expect(Object.entries(copied)).toEqual([["__proto__", { a: 1 }]]);
  expect(Object.getPrototypeOf(copied)).toBe(Object.prototype);
});

test("objects without a prototype, and those of another realm, are plain", () => {
  const bare = Object.assign(Object.create(null) as object, { a: 1 });
  expect(copy([bare, runInNewContext("({ b: [2] })")])).toEqual([{ a: 1 }, { b: [2] }]);
});

test("what is shared stays shared, so that a small document of many aliases stays small", () => {
  let value: unknown = "x";
  for (let level = 0; level < 60; level += 1) value = [value, value];
  const copied = copy(value) as unknown[];
  expect(copied[0]).toBe(copied[1]);
});

describe("what is no plain data is refused by its path", () => {
  const around: Record<string, unknown> = {};
  around["self"] = { list: [around] };
  let deep: unknown = 1;
  for (let level = 0; level < 50_000; level += 1) deep = [deep];
  const cases: [string, unknown, RegExp][] = [
    ["a function", { a: [() => 1] }, /^a\.0 holds a function$/],
    ["a symbol", { a: Symbol("x") }, /^a holds a symbol$/],
    ["a map", { a: new Map() }, /^a holds an object of a class$/],
    ["bytes", new Uint8Array(2), /^ holds an object of a class$/],
    ["an object around itself", around, /^self\.list\.0 holds itself$/],
    ["an object that is very deep", deep, /holds more than 1000 levels$/],
  ];
  test.each(cases)("%s", (_title, value, message) => expect(() => copy(value)).toThrow(message));
});
