import { commandLine, flagsOf, type Command, type Given } from "./command.ts";
import type { Flag } from "./flags.ts";
import { nearest } from "./nearest.ts";
import { isPlain, noChoice, seeHelp, usage, type UsageProblem } from "./usage.ts";

/** A flag as it was typed. */
export interface TypedFlag {
  readonly name: string;
  /** With its dashes. */
  readonly rawName: string;
  readonly value: string | undefined;
  /** Whether an equals sign stood before the value. */
  readonly inlineValue: boolean | undefined;
}

/** Checks the flags that were typed against those that a command accepts. */
export function readFlags(
  typed: readonly TypedFlag[],
  command: Command,
  commands: readonly Command[],
): { readonly kind: "flags"; readonly flags: Given["flags"] } | UsageProblem {
  const accepted = flagsOf(command);
  const flags: Record<string, string | true | readonly string[]> = {};
  for (const one of typed) {
    const flag = accepted.get(one.name);
    if (flag === undefined) {
      const owners = commands.filter((other) => flagsOf(other).has(one.name));
      if (owners.length === 0) return unknownFlag(one, command);
      // What is missing first is the command that the flag is meant for.
      if (command.run === undefined) continue;
      return foreignFlag(one, command, owners);
    }
    const { [one.name]: given } = flags;
    const several = flag.repeatable === true ? (given ?? []) : undefined;
    const problem = refuseValue(one, flag) ?? (several === undefined ? refuseSecond(one, given) : undefined);
    if (problem !== undefined) return problem;
    flags[one.name] = Array.isArray(several)
      ? [...(several as string[]), one.value ?? ""]
      : (one.value ?? true);
  }
  return { kind: "flags", flags };
}

function unknownFlag({ name, rawName }: TypedFlag, command: Command): UsageProblem {
  return usage(
    isPlain(name) ? `unknown flag ${rawName}` : "unknown flag",
    meantFlag(name, flagsOf(command)) ?? seeHelp(command),
  );
}

function foreignFlag({ rawName }: TypedFlag, command: Command, owners: readonly Command[]): UsageProblem {
  const few = owners.length <= 3;
  return usage(
    `${rawName} is no flag of ${commandLine(command)}`,
    few ? `it is one of ${owners.map(commandLine).join(", ")}` : seeHelp(command),
  );
}

function meantFlag(name: string, accepted: ReadonlyMap<string, Flag>): string | undefined {
  // `-v` for `-V`
  const letter = [...accepted.values()].find(({ short }) => short?.toLowerCase() === name)?.short;
  if (letter !== undefined) return `did you mean -${letter}?`;
  const meant = nearest(name, accepted.keys());
  return meant === undefined ? undefined : `did you mean --${meant}?`;
}

function refuseValue(
  { rawName, value, inlineValue }: TypedFlag,
  { value: takes, choices, completes, standardInput }: Flag,
): UsageProblem | undefined {
  if (takes === undefined)
    return value === undefined ? undefined : usage(`${rawName} takes no value`, `write ${rawName} alone`);
  // An empty one is most likely a variable that is not set, and would stand for the working directory.
  if (value === undefined || value === "")
    return usage(`${rawName} needs a value`, `write ${rawName} <${takes}>`);
  if (value.length > 1 && value.startsWith("-") && inlineValue !== true)
    return usage(
      `${rawName} needs a value, and a flag follows it`,
      `write ${rawName} <${takes}>, or ${rawName}=<${takes}> where it starts with a dash`,
    );
  if (value === "-" && completes !== undefined && standardInput !== true)
    return usage(`${rawName} needs a ${takes}`, `write ./- for one of that name`);
  if (choices !== undefined && !choices.includes(value)) return noChoice(rawName, value, choices);
  return undefined;
}

function refuseSecond(
  { rawName, value }: TypedFlag,
  first: Given["flags"][string] | undefined,
): UsageProblem | undefined {
  return first === undefined || first === (value ?? true)
    ? undefined
    : usage(`${rawName} is given twice, with different values`, "decide for one of them");
}
