import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { age, gpg, pass, systemdCreds } from "./fixtures/back-ends/encrypting-back-ends.ts";
import { describeBackEnd, recipes } from "./fixtures/back-ends/describe-back-end.ts";
import * as ready from "./fixtures/back-ends/ready-back-ends.ts";
import { secretTool } from "./fixtures/back-ends/secret-tool.ts";
import * as standingIn from "./fixtures/back-ends/standing-in.ts";

const plain = { pass, gpg, age, secretTool, systemdCreds };

test("every recipe has a back end that it is tested with", () => {
  const backEnds = [plain, ready, standingIn].flatMap((some) => Object.values(some));
  const tested = new Set(backEnds.map(({ recipe }) => `${recipe}.json5`));
  expect([...tested].sort()).toEqual(readdirSync(recipes).sort());
});

describeBackEnd("pass", pass);
describeBackEnd("gpg", gpg);
describeBackEnd("age", age);
describeBackEnd("secret-tool", secretTool);
describeBackEnd("systemd-creds", systemdCreds);
describeBackEnd("op (a stand-in)", standingIn.op);
describeBackEnd("vault (a stand-in)", standingIn.vault);
