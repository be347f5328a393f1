import type { CommandError } from "../command-error.ts";
import type { Surroundings } from "../console.ts";
import { misused } from "./answer-problems.ts";
import type { AnswerFlags } from "./given-answers.ts";

/** Everything in which flags cannot all be meant. */
export function contradictions(flags: AnswerFlags, { isInteractive }: Surroundings): readonly CommandError[] {
  const given = (...names: readonly (keyof AnswerFlags)[]): readonly string[] =>
    names.filter((name) => flags[name] !== undefined).map((name) => `--${name}`);
  const authPlaces = given("auth-ref", "auth-file", "generate-token");
  const keyPlaces = given("key-ref", "key-file");
  const auth = flags["gateway-auth"];
  const piped = (["auth-file", "key-file"] as const).filter((name) => flags[name] === "-");
  const problems = [
    oneOf(authPlaces),
    oneOf(keyPlaces),
    oneOf(given("model-provider", "skip-model-provider")),
    auth === "keep" ? nothingFor("--gateway-auth keep", authPlaces) : undefined,
    flags["skip-model-provider"] === true ? nothingFor("--skip-model-provider", keyPlaces) : undefined,
    auth === "password" && flags["generate-token"] === true
      ? misused("--generate-token makes a token, and --gateway-auth says password", "decide for one of them")
      : undefined,
    piped.length > 1
      ? misused("standard input can be read only once", "give one of the two by a file")
      : undefined,
    piped.length > 0 && isInteractive === true
      ? misused("standard input is the terminal, which would show a secret", "leave the flag out to be asked")
      : undefined,
  ];
  return problems.filter((problem) => problem !== undefined);
}

function oneOf(given: readonly string[]): CommandError | undefined {
  if (given.length < 2) return undefined;
  return misused(`${given.join(" and ")} exclude each other`, "decide for one of them");
}

function nothingFor(flag: string, given: readonly string[]): CommandError | undefined {
  if (given.length === 0) return undefined;
  return misused(`${flag} leaves nothing for ${given.join(" and ")}`, "decide for one of them");
}
