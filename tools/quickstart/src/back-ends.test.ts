import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runDurar } from "@durar/cli";
import { layOutState } from "@durar/quickstart";
import { assertAbsent, canary, temporaryDirectory, testWith } from "@durar/testing";
import { expect, test } from "vitest";
import type { ExecProviderInput } from "@durar/secretref-schema";
import type {
  BackEnd,
  PreparedBackEnd,
} from "../../../packages/resolver-kit/src/fixtures/back-ends/back-end.ts";
import {
  patientProvider,
  slowProvider,
} from "../../../packages/resolver-kit/src/fixtures/back-ends/describe-back-end.ts";
import {
  age,
  gpg,
  pass,
  systemdCreds,
} from "../../../packages/resolver-kit/src/fixtures/back-ends/encrypting-back-ends.ts";
import {
  awsCredentialProcess,
  dockerCredential,
  dotenvx,
  gitCredential,
  keepassxc,
} from "../../../packages/resolver-kit/src/fixtures/back-ends/ready-back-ends.ts";
import { secretTool } from "../../../packages/resolver-kit/src/fixtures/back-ends/secret-tool.ts";

const backEnds: readonly BackEnd[] = [
  ...[pass, gpg, age, systemdCreds, secretTool, keepassxc],
  ...[gitCredential, dockerCredential, awsCredentialProcess, dotenvx],
];
const screens = fileURLToPath(new URL("../fixtures/back-ends/", import.meta.url));

/** How many back ends the quickstart's vault may be. */
test("there are ten of them", () => {
  expect(backEnds).toHaveLength(10);
});

for (const backEnd of backEnds)
  testWith(
    backEnd.requirement,
    `the quickstart's ref is answered by ${backEnd.recipe}, and where it is missing, locked or slow the operator sees why`,
    async () => {
      const prepared = await backEnd.setUp();
      const [found = ""] = Object.keys(prepared.values);
      const [missing = ""] = prepared.missing;
      const provider = patientProvider(backEnd, prepared);
      const seen = [
        await asked("found", provider, found, prepared),
        await asked("missing", provider, missing, prepared),
        await asked("slow", await slowProvider(backEnd, prepared), found, prepared),
      ];
      const environment = (await prepared.lock()) ?? prepared.environment;
      seen.push(await asked("locked", provider, found, { ...prepared, environment }));
      await expect(seen.join("\n")).toMatchFileSnapshot(`${screens}${backEnd.recipe}.txt`);
    },
    { timeout: 300_000 },
  );

/** What an audit of the quickstart's state says of the bot's token, with this provider as its vault. */
async function asked(
  state: string,
  provider: ExecProviderInput,
  id: string,
  { values, environment }: PreparedBackEnd,
): Promise<string> {
  const secrets: string[] = Object.values(values);
  const makeSecret = (): string => {
    const secret = canary();
    secrets.push(secret);
    return secret;
  };
  const { directory, environment: own } = layOutState(await temporaryDirectory(), { makeSecret });
  const config = `${directory}/Durar.json`;
  const text = readFileSync(config, "utf8")
    .replace(/vault: \{[\s\S]*?\n {6}\},/, () => `vault: ${JSON.stringify(provider)},`)
    .replace('id: "telegram/bot"', () => `id: ${JSON.stringify(id)}`);
  writeFileSync(config, text);
  const { stdout, stderr } = await runDurar(
    ["secrets", "audit", "--allow-exec", "--json", "--state-dir", directory],
    { environment: { ...own, ...environment }, cwd: directory, stdoutIsTerminal: false },
  );
  assertAbsent(secrets, stdout + stderr);
  const { findings } = JSON.parse(stdout) as {
    findings: { path?: string; code: string; message: string; hint: string }[];
  };
  const about = findings.filter(({ path }) => path === "channels.telegram.botToken");
  const lines = about.map(({ code, message, hint }) => `${message} [${code}]\n  -> ${hint}`);
  const shown = (lines.length === 0 ? ["resolves"] : lines).join("\n");
  return `${state}: ${shown.replaceAll(/\/[^\s:]*\/durar-test-[A-Za-z0-9]+/g, "<place>").replaceAll(id, "<id>")}\n`;
}
