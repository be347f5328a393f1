import { describe, expect, test } from "vitest";
import { parseRequest } from "./parse-request.ts";

const parse = (text: string) => parseRequest(Buffer.from(text));

test("a request names a provider and ids, each of which is kept once", () => {
  expect(parse('{"protocolVersion":1,"provider":"vault","ids":["a","b","a"]}\n')).toEqual({
    ok: true,
    request: { provider: "vault", ids: ["a", "b"] },
  });
});

test("a request for nothing is one", () => {
  expect(parse('{"protocolVersion":1,"provider":"vault","ids":[]}')).toMatchObject({ ok: true });
});

describe("is no request", () => {
  test.each([
    ["", "empty"],
    [" \n", "empty"],
    ["{", "not JSON"],
    ['{"protocolVersion":1,"provider":"vault","ids":[]} {}', "not JSON"],
    ["[]", "JSON object"],
    ["null", "JSON object"],
    ['{"provider":"vault","ids":[]}', "protocolVersion"],
    ['{"protocolVersion":"1","provider":"vault","ids":[]}', "protocolVersion"],
    ['{"protocolVersion":2,"provider":"vault","ids":[]}', "protocolVersion"],
    ['{"protocolVersion":1,"provider":"vault","ids":[],"more":1}', "only"],
    ['{"protocolVersion":1,"provider":"vault","ids":[],"__proto__":1}', "only"],
    ['{"protocolVersion":1,"provider":"Vault","ids":[]}', "alias"],
    ['{"protocolVersion":1,"ids":[]}', "alias"],
    ['{"protocolVersion":1,"provider":"vault"}', "array of strings"],
    ['{"protocolVersion":1,"provider":"vault","ids":["a",1]}', "array of strings"],
    ['{"protocolVersion":1,"provider":"vault","ids":{"0":"a"}}', "array of strings"],
  ])("%j", (text, rule) => {
    const parsed = parse(text);
    expect(parsed.ok ? "" : parsed.rule).toContain(rule);
  });

  test("one that is not UTF-8", () => {
    expect(parseRequest(Buffer.from([0x7b, 0xff, 0x7d]))).toMatchObject({ ok: false });
  });

  test("one for more ids than a provider may have", () => {
    const ids = Array.from({ length: 4097 }, (_, index) => `id${index}`);
    expect(parse(JSON.stringify({ protocolVersion: 1, provider: "vault", ids }))).toMatchObject({
      ok: false,
    });
  });
});
