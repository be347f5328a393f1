import {
  assertAbsent,
  canary,
  command,
  run,
  temporaryDirectory,
  testWith,
  writePrivate,
  writeScript,
} from "@durar/testing";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tool } from "../fixtures/back-ends/back-end.ts";
import { bin, request } from "../fixtures/resolver-programs.ts";
import { defineResolver } from "../index.ts";
import type { ReadyGiven } from "./ready-resolver.ts";
import { READY_RESOLVERS } from "./ready-resolvers.ts";

type Options = Readonly<Record<string, string>>;

/** What a ready resolver answers for ids: values, and codes. */
async function answer(
  name: string,
  ids: readonly string[],
  options: Options,
  {
    switches = [],
    program = [],
  }: { readonly switches?: readonly string[]; readonly program?: string[] } = {},
): Promise<Record<string, unknown>> {
  const ready = await READY_RESOLVERS[name]?.();
  if (ready === undefined) throw new Error(`there is no ${name}`);
  const fallbacks = Object.entries(ready.options).map(
    ([option, { fallback }]) => [option, fallback] as const,
  );
  const given: ReadyGiven = Object.freeze({
    options: { ...Object.fromEntries(fallbacks), ...options },
    switches: new Set(switches),
    program,
  });
  const { values, errors } = await defineResolver(ready.define(given)).answer({ provider: "vault", ids });
  return { ...values, ...Object.fromEntries(Object.entries(errors).map(([id, { code }]) => [id, code])) };
}

/** A tool that prints this, and ends with this status. */
async function printing(text: string, status = 0): Promise<string> {
  const directory = await temporaryDirectory();
  const output = await writePrivate(join(directory, "output"), text);
  return writeScript(
    join(directory, "tool"),
    `#!/bin/sh\n/bin/cat ${output}\necho noise >&2\nexit ${status}\n`,
  );
}

describe("aws-credential-process", () => {
  const ask = async (credential: unknown, ...ids: readonly string[]) =>
    answer("aws-credential-process", ids, {}, { program: [await printing(JSON.stringify(credential))] });
  const credential = { Version: 1, AccessKeyId: "id", SecretAccessKey: "key", SessionToken: "token" };

  test("answers the parts of one credential, and nothing else of it", async () => {
    expect(await ask(credential, "AccessKeyId", "SessionToken", "Version")).toEqual({
      AccessKeyId: "id",
      SessionToken: "token",
      Version: "NOT_FOUND",
    });
  });

  test.each([
    ["one that has expired", { ...credential, Expiration: "2020-01-01T00:00:00Z" }],
    ["one that expires at no time that can be read", { ...credential, Expiration: "soon" }],
    ["one of another version", { ...credential, Version: 2 }],
    ["none", []],
  ])("%s is unavailable", async (_, credential) => {
    expect(await ask(credential, "AccessKeyId")).toEqual({ AccessKeyId: "UNAVAILABLE" });
  });
});

describe("docker-credential", () => {
  const ask = async (text: string, status: number, options: Options = {}) =>
    answer("docker-credential", ["registry.example"], { ...options, helper: await printing(text, status) });
  const credential = JSON.stringify({ ServerURL: "registry.example", Username: "bob", Secret: "value" });

  test.each([
    ["a credential", credential, 0, "value"],
    [
      "the sentence for a missing one, with status 1",
      "credentials not found in native keychain\n",
      1,
      "NOT_FOUND",
    ],
    ["nothing, with status 0", "", 0, "NOT_FOUND"],
    ["empty fields, with status 0", '{"ServerURL":"","Username":"","Secret":""}', 0, "NOT_FOUND"],
    ["another sentence, with status 1", "the keychain is locked", 1, "UNAVAILABLE"],
    ["what is no JSON", "Secret: value", 0, "UNAVAILABLE"],
  ])("%s", async (_, text, status, seen) => {
    expect(await ask(text, status)).toEqual({ "registry.example": seen });
  });

  test("answers the user where that is asked", async () => {
    expect(await ask(credential, 0, { field: "Username" })).toEqual({ "registry.example": "bob" });
  });
});

describe("git-credential", () => {
  /** A helper that answers what it is told: the path and the user of the URL. */
  const echoing =
    '!f() { while read line; do case $line in path=*|username=*) said="$said $line";; esac; done; ' +
    'test "$1" = get || return; echo username=bob; echo "password=said:$said"; }; f';
  const options = () => ({ command: tool("git"), helper: echoing });

  testWith(command("git"), "tells the helper the user, and the path only where it is to", async () => {
    const id = "https://git.example/team/project";
    expect(await answer("git-credential", [id], options())).toEqual({ [id]: "said:" });
    expect(await answer("git-credential", [id], options(), { switches: ["use-http-path"] })).toEqual({
      [id]: "said: path=team/project",
    });
    expect(await answer("git-credential", [id], { ...options(), username: "bob" })).toEqual({
      [id]: "said: username=bob",
    });
  });

  testWith(command("git"), "finds what it lets git ask wherever a system keeps it", async () => {
    const directory = await temporaryDirectory();
    await writeScript(join(directory, "true"), `#!/bin/sh\necho asked > ${join(directory, "note")}\n`);
    const { stdout } = await run(
      bin,
      ["resolver", "git-credential", "--command", tool("git"), "--helper", "!:"],
      {
        env: { HOME: directory, PATH: `${directory}:${process.env["PATH"]}` },
        input: request("git.example"),
      },
    );
    expect(JSON.parse(stdout)).toMatchObject({ errors: { "git.example": { code: "NOT_FOUND" } } });
    expect(existsSync(join(directory, "note"))).toBe(true);
  });

  testWith(command("git"), "answers the user where that is asked", async () => {
    expect(await answer("git-credential", ["git.example"], { ...options(), field: "username" })).toEqual({
      "git.example": "bob",
    });
  });
});

describe("keepassxc", () => {
  test("says of two entries of one name that it is ambiguous, and follows no reference", async () => {
    const csv = [
      ["Group", "Title", "Username", "Password"],
      ["Root/db", "password", "bob", "first"],
      ["Root/db", "password", "bob", "second"],
      ["Root", "linked", "bob", "{REF:P@I:00}"],
      ["Root", "empty", "bob", ""],
      ["Root", "top", "bob", 'a "value", of\ntwo lines'],
    ]
      .map((row) => `${row.map((field) => `"${field.replaceAll('"', '""')}"`).join(",")}\n`)
      .join("");
    const ids = ["db/password", "linked", "empty", "top", "Root/top"];
    expect(await answer("keepassxc", ids, { command: await printing(csv), database: "/db" })).toEqual({
      "db/password": "AMBIGUOUS",
      linked: "UNAVAILABLE",
      empty: "NOT_FOUND",
      top: 'a "value", of\ntwo lines',
      "Root/top": "NOT_FOUND",
    });
    const named = { command: await printing(csv), database: "/db", field: "Username" };
    expect(await answer("keepassxc", ["top"], named)).toEqual({ top: "bob" });
  });

  test("hands the password over on standard input, and the names of files only as arguments", async () => {
    const secret = canary();
    const directory = await temporaryDirectory();
    const passwordFile = await writePrivate(join(directory, "password"), `${secret}\nsecond line\n`);
    const echo = await writeScript(
      join(directory, "tool"),
      `#!/bin/sh\necho Group,Title,Password\nprintf '"",input,"%s"\\n' "$(cat)"\nprintf '"",args,"%s"\\n' "$*"\n`,
    );
    const { input, args } = await answer("keepassxc", ["input", "args"], {
      command: echo,
      database: "/the/database",
      "password-file": passwordFile,
      "key-file": "/the/key",
    });
    expect(input).toBe(secret);
    expect(args).toBe("export --quiet --format csv --key-file /the/key /the/database");
    assertAbsent(secret, String(args));
  });

  test("says where there is no password", async () => {
    const echo = await writeScript(
      join(await temporaryDirectory(), "tool"),
      '#!/bin/sh\necho Group,Title,Password\necho ",args,$*"\n',
    );
    expect(await answer("keepassxc", ["args"], { command: echo, database: "/db" })).toEqual({
      args: "export --quiet --format csv --no-password /db",
    });
  });
});

describe("bw", () => {
  const items = [
    { id: "one", name: "shared", notes: "text", login: { username: "bob", password: "first" } },
    { id: "two", name: "shared", login: { password: "second" } },
    { id: "three", name: "one", login: { password: "third" } },
  ];

  test("says of a name that two items have that it is ambiguous; an id wins over a name", async () => {
    const tool = await printing(JSON.stringify(items));
    expect(await answer("bw", ["shared", "one", "two"], { command: tool })).toEqual({
      shared: "AMBIGUOUS",
      one: "first",
      two: "second",
    });
  });

  test.each([
    ["username", "bob"],
    ["notes", "text"],
  ])("answers the %s where that is asked", async (field, seen) => {
    expect(await answer("bw", ["one"], { command: await printing(JSON.stringify(items)), field })).toEqual({
      one: seen,
    });
  });

  test("is unavailable where the tool prints something else", async () => {
    expect(await answer("bw", ["one"], { command: await printing("{}") })).toEqual({ one: "UNAVAILABLE" });
  });
});

describe("dotenvx", () => {
  test("of a file that it read in part, what is not there is unavailable rather than missing", async () => {
    const tool = await printing('{"A":"value","B":"encrypted:AAAA"}', 1);
    expect(await answer("dotenvx", ["A", "B", "C"], { command: tool, file: "/.env" })).toEqual({
      A: "value",
      B: "UNAVAILABLE",
      C: "UNAVAILABLE",
    });
  });
});

describe("sops", () => {
  test("answers an object whole, where the key leads to one", async () => {
    const tool = await printing('{"google":{"type":"service_account","private_key":"key"}}');
    expect(await answer("sops", ["google", "google/type"], { command: tool, file: "/file" })).toEqual({
      google: { type: "service_account", private_key: "key" },
      "google/type": "service_account",
    });
  });
});
