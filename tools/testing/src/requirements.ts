import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { test, type TestFunction, type TestOptions } from "vitest";

/** Something a test needs from its machine. */
export interface Requirement {
  readonly met: boolean;
  /** Printed with the skipped test. */
  readonly reason: string;
}

/** The test changes owners or becomes another user. */
export const root: Requirement = { met: process.getuid?.() === 0, reason: "needs to run as root" };

/** The test is about permissions, which do not bind root. */
export const notRoot: Requirement = {
  met: process.getuid?.() !== 0,
  reason: "needs to run as a user other than root",
};

/** The test uses a command of this name. */
export function command(name: string): Requirement {
  const met = (process.env["PATH"] ?? "")
    .split(delimiter)
    .some((directory) => existsSync(join(directory, name)));
  return { met, reason: `needs the command ${name}` };
}

/** A test that is skipped, with the reason in its title, where its requirement is not met. */
export function testWith(
  requirement: Requirement,
  title: string,
  body: TestFunction,
  options: TestOptions = {},
): void {
  if (requirement.met) test(title, options, body);
  else test.skip(`${title} [${requirement.reason}]`, options, body);
}
