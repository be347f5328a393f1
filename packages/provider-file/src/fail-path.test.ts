import type { TrustRule } from "@durar/trusted-path";
import { expect, test } from "vitest";
import { failPath } from "./fail-path.ts";

const codes = {
  missing: "SECRET_PATH_UNREADABLE",
  unreadable: "SECRET_PATH_UNREADABLE",
  changed: "SECRET_PATH_UNREADABLE",
  "not-absolute": "SECRET_PATH_UNTRUSTED",
  "not-regular": "SECRET_PATH_UNTRUSTED",
  "too-many-links": "SECRET_PATH_UNTRUSTED",
  symlink: "SECRET_PATH_UNTRUSTED",
  owner: "SECRET_PATH_UNTRUSTED",
  "writable-by-others": "SECRET_PATH_UNTRUSTED",
  "readable-by-others": "SECRET_PATH_UNTRUSTED",
  "outside-trusted-dirs": "SECRET_PATH_UNTRUSTED",
  "not-executable": "SECRET_PATH_UNTRUSTED",
  unverifiable: "SECRET_PATH_UNTRUSTED",
} satisfies Record<TrustRule, string>;

test.each(Object.entries(codes))("a path refused as %s fails with %s", (rule, code) => {
  const refusal = { trusted: false, component: "/a", message: "/a is wrong", remedy: "mend /a" } as const;
  expect(failPath("main", "/a", { ...refusal, rule: rule as TrustRule })).toMatchObject({
    error: { code, message: "file:main: /a is wrong", hint: "mend /a" },
  });
});
