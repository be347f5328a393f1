import { describe, expect, test } from "vitest";
import { mergeEnvironment } from "./index.ts";

test("a variable that the process lacks, or has blank, comes from the first file in which it is not blank", () => {
  const process = Object.freeze({ A: "process", B: "", C: " \t", G: undefined });
  const files = Object.freeze([
    Object.freeze({ A: "first", B: "first", C: "", D: "first", G: " " }),
    Object.freeze({ A: "second", C: "second", D: "second", E: "second", F: "" }),
  ]);
  expect({ ...mergeEnvironment(process, files) }).toEqual({
    ...{ A: "process", B: "first", C: "second", D: "first", E: "second" },
  });
});

test("a value is taken as it is, untrimmed", () => {
  expect(mergeEnvironment({}, [{ A: " x\n" }])["A"]).toBe(" x\n");
});

describe("from the process alone come", () => {
  test.each([
    ...[
      "PATH",
      "NODE_OPTIONS",
      "LD_PRELOAD",
      "LD_LIBRARY_PATH",
      "DYLD_INSERT_LIBRARIES",
      "HOME",
      "XDG_RUNTIME_DIR",
    ],
    ...[
      "Durar_STATE_DIR",
      "DURAR_CONFIG_PATH",
      "OPENCLAW_STATE_DIR",
      "OPENCLAW_CONFIG_PATH",
      "Path",
      "ld_preload",
    ],
  ])("%s", (name) => {
    expect(mergeEnvironment({}, [{ [name]: "file" }])[name]).toBeUndefined();
    expect(mergeEnvironment({ [name]: "process" }, [{ [name]: "file" }])[name]).toBe("process");
  });
});

test("names that only begin like those are variables like others", () => {
  const names = [
    "PATHS",
    "MY_PATH",
    "HOMEPAGE",
    "LDAP_PASSWORD",
    "Durar_GATEWAY_TOKEN",
    "OPENCLAW_GATEWAY_TOKEN",
  ];
  const merged = mergeEnvironment({}, [Object.fromEntries(names.map((name) => [name, "x"]))]);
  expect(names.map((name) => merged[name])).toEqual(names.map(() => "x"));
});

test("the result is detached: it changes neither with the process nor by hand, and nothing is written back", () => {
  const process: Record<string, string> = { A: "1" };
  const merged = mergeEnvironment(process, [{ B: "2" }]);
  process["A"] = "changed";
  expect(merged["A"]).toBe("1");
  expect(process).toEqual({ A: "changed" });
  expect(Object.isFrozen(merged)).toBe(true);
});

test("no name is set that nobody set, and any name can be set", () => {
  const file = JSON.parse('{"__proto__":"p","toString":"t"}') as Record<string, string>;
  const merged = mergeEnvironment({}, [file]);
  const of = (name: string): unknown => merged[name];
  expect(["constructor", "valueOf", "__proto__", "toString"].map(of)).toEqual([
    undefined,
    undefined,
    "p",
    "t",
  ]);
});
