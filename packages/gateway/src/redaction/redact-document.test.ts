import { assertNoLeak, canary } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { read, rules, S } from "./fixtures/durar-rules.ts";
import { redactDocument } from "./redact-document.ts";

const secret = canary();

/** What is shown of a text, in which `SECRET` is a canary. */
function shown(text: string, secrets: readonly string[] = []): string {
  const { raw, config } = redactDocument(read(text.replaceAll("SECRET", secret)), secrets, rules);
  expect(config).toEqual(read(raw).value);
  return raw;
}

type Row = readonly [title: string, text: string, shown: string];

function rows(title: string, table: readonly Row[]): void {
  describe(title, () => {
    test.each(table)("%s", (_title, text, expected) => {
      expect(shown(text)).toBe(expected.replaceAll("SENTINEL", S));
    });
  });
}

rows("what is hidden for its place", [
  [
    "the plaintext of a target",
    `{ models: { providers: { a: { apiKey: 'short', baseUrl: "https://a" } } } }`,
    `{ models: { providers: { a: { apiKey: 'SENTINEL', baseUrl: "https://a" } } } }`,
  ],
  [
    "the plaintext of a target that is not in use",
    `{ talk: { enabled: false, apiKey: "x" } }`,
    `{ talk: { enabled: false, apiKey: "SENTINEL" } }`,
  ],
  [
    "plaintext beside a ref",
    `{ channels: { googlechat: { serviceAccount: "x", serviceAccountRef: { source: "exec", id: "a" } } } }`,
    `{ channels: { googlechat: { serviceAccount: "SENTINEL", serviceAccountRef: { source: "exec", id: "a" } } } }`,
  ],
  [
    "plaintext where a ref belongs",
    `{ channels: { googlechat: { serviceAccountRef: "x" } } }`,
    `{ channels: { googlechat: { serviceAccountRef: "SENTINEL" } } }`,
  ],
  [
    "a service account as a whole, comments and all",
    `{ channels: { googlechat: { serviceAccount: { /* SECRET */ private_key: "SECRET", n: [1] }, on: 1 } } }`,
    `{ channels: { googlechat: { serviceAccount: "SENTINEL", on: 1 } } }`,
  ],
  [
    "what is no ref but stands in its place, whatever its type",
    `{ talk: { apiKey: { source: "env", id: "sk-pasted" }, providers: { a: { apiKey: ["x"] }, b: { apiKey: 1234 } } } }`,
    `{ talk: { apiKey: "SENTINEL", providers: { a: { apiKey: "SENTINEL" }, b: { apiKey: "SENTINEL" } } } }`,
  ],
  [
    "a ref whose name is repeated, since the first one is read by nobody",
    `{ talk: { apiKey: { source: "env", id: "SECRET", id: "NAME" } } }`,
    `{ talk: { apiKey: "SENTINEL" } }`,
  ],
  [
    "a ref with an object in it",
    `{ talk: { apiKey: { source: "env", provider: { a: "SECRET" }, id: "NAME" } } }`,
    `{ talk: { apiKey: "SENTINEL" } }`,
  ],
  [
    "values at paths that take no ref",
    `{ hooks: { mappings: [{ id: "m", sessionKey: "x" }] }, channels: { whatsapp: { creds: { json: { a: 1 } } } } }`,
    `{ hooks: { mappings: [{ id: "m", sessionKey: "SENTINEL" }] }, channels: { whatsapp: { creds: { json: "SENTINEL" } } } }`,
  ],
  [
    "such a path with a dot in its key",
    `{ channels: { whatsapp: { "creds.json": "x" } } }`,
    `{ channels: { whatsapp: { "creds.json": "SENTINEL" } } }`,
  ],
  [
    "a credential in a map where a list belongs",
    `{ hooks: { mappings: { m: { sessionKey: "x" } } } }`,
    `{ hooks: { mappings: { m: { sessionKey: "SENTINEL" } } } }`,
  ],
  [
    "every variable of a provider",
    `{ secrets: { providers: { v: { source: "exec", command: "/v", env: { VAULT: "x", N: 1, ON: true } } } } }`,
    `{ secrets: { providers: { v: { source: "exec", command: "/v", env: { VAULT: "SENTINEL", N: "SENTINEL", ON: true } } } } }`,
  ],
  [
    "the earlier of two members with one name",
    `{ talk: { apiKey: "a" }, talk: { apiKey: "b", apiKey: "c" } }`,
    `{ talk: { apiKey: "SENTINEL" }, talk: { apiKey: "SENTINEL", apiKey: "SENTINEL" } }`,
  ],
]);

rows("what is hidden for its name", [
  ["a string", `{ a: { "X-Api-Key": "x" } }`, `{ a: { "X-Api-Key": "SENTINEL" } }`],
  [
    "each string of a list",
    `{ botTokens: ["x", ["y"], null] }`,
    `{ botTokens: ["SENTINEL", ["SENTINEL"], null] }`,
  ],
  ["a number of six digits", `{ password: 123456, token: 12345 }`, `{ password: "SENTINEL", token: 12345 }`],
]);

rows("what is hidden for its form", [
  ["a URL with a password", `{ a: "https://u:p@h/x" }`, `{ a: "SENTINEL" }`],
  ["a URL with a user name alone", `["ssh://u@h"]`, `["SENTINEL"]`],
  ["a URL within an argument", `["--proxy=http://u:p@h"]`, `["SENTINEL"]`],
  ["the whole document", `'https://u:p@h'`, `'SENTINEL'`],
]);

rows("what shows", [
  [
    "refs and templates",
    `{ talk: { apiKey: "\${NAME}" }, a: { token: { source: "exec", provider: "v", id: "a/b" }, secret: "Bearer \${T}" } }`,
    `{ talk: { apiKey: "\${NAME}" }, a: { token: { source: "exec", provider: "v", id: "a/b" }, secret: "Bearer \${T}" } }`,
  ],
  [
    "a URL whose password is a variable",
    `{ a: "https://u:\${PASSWORD}@h" }`,
    `{ a: "https://u:\${PASSWORD}@h" }`,
  ],
  [
    "limits, flags, nothing and blanks under telling names",
    `{ maxTokens: 128000, token: false, password: null, secret: " ", cookie: {} }`,
    `{ maxTokens: 128000, token: false, password: null, secret: " ", cookie: {} }`,
  ],
  [
    "what lies in an object under a telling name",
    `{ tokens: { name: "x", limit: 1234567 } }`,
    `{ tokens: { name: "x", limit: 1234567 } }`,
  ],
  [
    "an at sign that is no part of a host",
    `["https://h/@scope", "u@h:22", "https://h?a@b", "://a@b", "see https://h or a@b"]`,
    `["https://h/@scope", "u@h:22", "https://h?a@b", "://a@b", "see https://h or a@b"]`,
  ],
  [
    "the reserved word, where somebody baked it in",
    `{ talk: { apiKey: '${S}' } }`,
    `{ talk: { apiKey: '${S}' } }`,
  ],
]);

describe("a known secret", () => {
  const shownWithIt = (text: string): string => shown(text, [secret]);

  test("is hidden with the string around it, wherever it stands", () => {
    expect(shownWithIt(`{ args: ["--key=SECRET", "--name"], n: "SECRET" }`)).toBe(
      `{ args: ["${S}", "--name"], n: "${S}" }`,
    );
  });

  test("is found however it is escaped", () => {
    const escaped = [...secret].map((character) => `\\x${character.charCodeAt(0).toString(16)}`).join("");
    expect(shownWithIt(`{ a: '${escaped}' }`)).toBe(`{ a: '${S}' }`);
  });

  test("is found as JSON within a string or comment spells it, and without the white space around it", () => {
    const written = JSON.stringify({ key: 'a "quoted"\nsecret' });
    const text = `{ a: ${JSON.stringify(written)} } // ${written}`;
    expect(shown(text, ['a "quoted"\nsecret'])).toBe(`{ a: "${S}" } // {"key":"${S}"}`);
    expect(shown(`{ a: "secret-value" }`, ["secret-value\n"])).toBe(`{ a: "${S}" }`);
  });

  test("is hidden where a number reads like it", () => {
    expect(shown(`[12345678, 0x7, 123456789, 1234567]`, ["12345678", "1234567"])).toBe(
      `["${S}", 0x7, 123456789, 1234567]`,
    );
  });

  test("is cut out of comments, which otherwise stay", () => {
    expect(shownWithIt(`{} // old: SECRET, SECRETSECRET!\n/*SECRET*/ //SECRET`)).toBe(
      `{} // old: ${S}, ${S}!\n/*${S}*/ //${S}`,
    );
  });

  test("that starts like a shorter one is cut out to its end", () => {
    const secrets = ["sk-live-aaaa", "sk-live-aaaabbbb", "aabbbbcccc"];
    expect(shown(`{} // sk-live-aaaabbbb, sk-live-aaaabbbbcccc, sk-live-aaaac`, secrets)).toBe(
      `{} // ${S}, ${S}, ${S}c`,
    );
  });

  test("never takes what opens or closes a comment with it", () => {
    expect(shown(`{} //8aaaaaaa\n/*aaaaaaa**/ 1`.replace(" 1", ""), ["//8aaaaaaa", "aaaaaaa**/"])).toBe(
      `{} //${S}\n/*${S}*/`,
    );
  });

  test("of fewer than 8 characters is not looked for", () => {
    expect(shown(`{ a: "abcdefg", b: "abcdefgh" }`, ["abcdefg", "abcdefgh"])).toBe(
      `{ a: "abcdefg", b: "${S}" }`,
    );
  });

  test("shows in a member name, an entry's id and a ref: they are never redacted", () => {
    const text = `{ SECRETx: [{ id: "SECRET" }], r: { source: "exec", id: "SECRET" } }`.replace(
      "SECRETx",
      `"SECRET"`,
    );
    expect(shownWithIt(text)).toBe(text.replaceAll("SECRET", secret));
  });

  test("is hidden in an id of anything but an entry", () => {
    expect(shownWithIt(`{ id: "SECRET" }`)).toBe(`{ id: "${S}" }`);
  });
});

describe("a secret of the document itself is looked for in the rest of it", () => {
  test("in strings and comments, before and after its place", () => {
    expect(shown(`{ a: "x SECRET", /* SECRET */ talk: { apiKey: "SECRET" }, b: ["SECRET"] }`)).toBe(
      `{ a: "${S}", /* ${S} */ talk: { apiKey: "${S}" }, b: ["${S}"] }`,
    );
  });

  test("also as it is spelled in the text", () => {
    expect(shown(String.raw`{ token: "a\x62cdefgh" } // token: "a\x62cdefgh"`)).toBe(
      `{ token: "${S}" } // token: "${S}"`,
    );
  });

  test("also as the password of a URL, and a URL's password in a comment", () => {
    expect(shown(`{ a: "https://user:SECRET@h", b: "SECRET" } // https://u:p@h/x`)).toBe(
      `{ a: "${S}", b: "${S}" } // https://${S}@h/x`,
    );
  });

  test("also as the key of a service account, whose project shows elsewhere", () => {
    const account = `{ project_id: "my-project", token: "other-key-value", private_key: "SECRETSECRET" }`;
    expect(
      shown(
        `{ a: "my-project", b: "SECRETSECRET", c: "other-key-value", channels: { googlechat: { serviceAccount: ${account} } } }`,
      ),
    ).toBe(`{ a: "my-project", b: "${S}", c: "${S}", channels: { googlechat: { serviceAccount: "${S}" } } }`);
  });

  test("but the reserved word is not", () => {
    const text = `{ talk: { apiKey: "${S}" }, a: "x ${S}" } // ${S}`;
    expect(shown(text, [S])).toBe(text);
  });
});

test("everything else of the text stays byte for byte, and JSON stays JSON", () => {
  const text = `\ufeff{\r\n\t"talk" : {"apiKey":"${secret}" ,"n":1.50e1, "t":{"password":1234567}}\r}\n`;
  const { raw } = redactDocument(read(text, "json"), [], rules);
  expect(raw).toBe(text.replace(secret, S).replace("1234567", `"${S}"`));
  expect(JSON.parse(raw.slice(1))).toEqual({ talk: { apiKey: S, n: 15, t: { password: S } } });
});

test("what is shown holds no secret in any form, and a document printed by mistake shows none either", async () => {
  const text = `{ talk: { apiKey: '${secret}' }, __proto__: { password: "${secret}" } } // ${secret}`;
  await assertNoLeak(secret, () => redactDocument(read(text), [], rules));
});

test("a thousand secrets that start alike are looked for in a megabyte at once", () => {
  const secrets = Array.from(
    { length: 1_000 },
    (_, index) => `sk-live-${index}-${"x".repeat(index % 50)}end`,
  );
  const entries = Array.from({ length: 20_000 }, (_, index) => `"${"sk-live-".repeat(6)}${index}"`);
  const text = `{ a: [${entries.join(",\n")}], b: "${secrets[999]}" } // ${secrets[7]}`;
  expect(text.length).toBeGreaterThan(1_000_000);
  const { raw } = redactDocument(read(text), secrets, rules);
  expect(raw).toBe(text.replace(secrets[999] ?? "", S).replace(secrets[7] ?? "", S));
});

test("a document of great depth with many values ends quickly", () => {
  const text = `${"[".repeat(199)}${"1,".repeat(300_000)}"x"${"]".repeat(199)}`;
  expect(redactDocument(read(text), [canary()], rules).raw).toBe(text);
});
