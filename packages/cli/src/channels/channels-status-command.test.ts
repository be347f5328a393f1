import { canary, assertAbsent } from "@durar/testing";
import { expect, test } from "vitest";
import { durar } from "../fixtures/durar.ts";
import { installed } from "../fixtures/installed.ts";

test("thousands of accounts are shown in the time it takes to read them", { timeout: 20_000 }, async () => {
  const account = (index: number) => [`account-${index}`, { botToken: `of account ${index}` }] as const;
  const accounts = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => account(index)));
  const directory = await installed({ channels: { telegram: { accounts } } });
  const { exitCode, stdout } = await durar(directory, ["channels", "status"]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain("1 channel, 10000 accounts, 10000 credentials, 0 unavailable");
  expect(stdout).toContain("channels.telegram.accounts.account-9999.botToken");
});

test("names that no path may have are no channels and no accounts, in both commands", async () => {
  const secret = canary();
  const telegram = `{ botToken: "${secret}", accounts: { "__proto__": { botToken: "${secret}" }, own: {} } }`;
  const directory = await installed(
    `{ channels: { "__proto__": { botToken: "${secret}" }, telegram: ${telegram} } }`,
  );
  for (const command of ["status", "resolve"]) {
    const { exitCode, stdout } = await durar(directory, ["channels", command]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("account own: on");
    expect(stdout).not.toContain("__proto__");
    assertAbsent([secret], stdout);
  }
});
