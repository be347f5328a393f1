import { canary, command, run, temporaryDirectory, testWith } from "@durar/testing";
import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { resolve, shown } from "./fixtures/commands.ts";

const path = "/usr/bin:/bin";

/** Tools of a distribution are often links, as from /bin, and always root's. */
async function tool(name: string): Promise<string> {
  return realpath(join("/usr/bin", name));
}

testWith(
  command("pass"),
  "pass serves every secret of its store through {id}",
  async () => {
    const home = await temporaryDirectory();
    const environment = { HOME: home, GNUPGHOME: join(home, "gnupg"), PATH: path };
    await mkdir(environment.GNUPGHOME, { mode: 0o700 });
    onTestFinished(() => void run("gpgconf", ["--kill", "all"], { env: environment }));
    const gpg = [
      "--batch",
      "--passphrase",
      "",
      "--quick-generate-key",
      "test@durar.invalid",
      "default",
      "default",
      "never",
    ];
    expect(await run("gpg", gpg, { env: environment })).toMatchObject({ exitCode: 0 });
    expect(await run("pass", ["init", "test@durar.invalid"], { env: environment })).toMatchObject({
      exitCode: 0,
    });
    const secrets = { "db/password": canary(), "api/key": `${canary()}\nsecond line` };
    for (const [id, secret] of Object.entries(secrets))
      await run("pass", ["insert", "--multiline", id], { env: environment, input: secret });

    const answers = await resolve(
      {
        command: await tool("pass"),
        args: ["show", "{id}"],
        jsonOnly: false,
        passEnv: ["HOME", "GNUPGHOME", "PATH"],
        timeoutMs: 30_000,
      },
      { ids: [...Object.keys(secrets), "db/none"], environment },
    );
    expect([...answers.values()].map(shown)).toEqual([...Object.values(secrets), "SECRET_PROVIDER_EXIT"]);
  },
  { timeout: 60_000 },
);

testWith(command("age"), "age decrypts a file for each id", async () => {
  const directory = await temporaryDirectory();
  const identity = join(directory, "identity");
  const made = await run("age-keygen", ["-o", identity]);
  const recipient = /age1\S+/.exec(made.stderr)?.[0] ?? "";
  const secrets = [canary(), "-----BEGIN KEY-----\nMC4C\n-----END KEY-----"];
  for (const [index, secret] of secrets.entries())
    await run("age", ["-r", recipient, "-o", join(directory, `s${index}.age`)], { input: `${secret}\n` });

  const answers = await resolve(
    {
      command: await tool("age"),
      args: ["-d", "-i", identity, join(directory, "{id}.age")],
      jsonOnly: false,
    },
    { ids: ["s0", "s1"] },
  );
  expect([...answers.values()].map(shown)).toEqual(secrets);
});
