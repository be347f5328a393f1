import { isDurarError, type DurarError, type SecretDefaults } from "@durar/secretref-schema";
import { CommandError } from "../command-error.ts";
import type { Session } from "../configure/session.ts";
import type { Surroundings } from "../console.ts";
import type { execFlags, GivenFlags, modelKeyFlags, onboardAuthFlags } from "../flags.ts";
import { readSecret } from "../read-input.ts";
import { readRef } from "../read-plan-flags.ts";
import type { AuthMode, Keeping } from "./answers.ts";
import { brokenCredentialRule, brokenProviderRule } from "./credential-rules.ts";
import { generateToken } from "./generate-token.ts";

/** The flags that answer a question. */
export type AnswerFlags = GivenFlags<typeof onboardAuthFlags & typeof modelKeyFlags & typeof execFlags>;

/** What flags have answered; what they have not is `undefined`. */
export interface GivenAnswers {
  readonly auth: AuthMode | "keep" | undefined;
  readonly authKeeping: Keeping | undefined;
  /** The name of a model provider. */
  readonly provider: string | undefined;
  /** Whether no model provider gets a key. */
  readonly skipsProvider: boolean;
  readonly keyKeeping: Keeping | undefined;
}

/** Where no flag has answered anything. */
export const NO_ANSWERS: GivenAnswers = Object.freeze({
  auth: undefined,
  authKeeping: undefined,
  provider: undefined,
  skipsProvider: false,
  keyKeeping: undefined,
});

/**
 * Reads the answers that flags give.
 *
 * @throws CommandError `USAGE` or `FILE_UNREADABLE`, with everything that is wrong; it repeats no value
 */
export async function readGivenAnswers(
  flags: AnswerFlags,
  session: Session,
  surroundings: Surroundings,
): Promise<GivenAnswers> {
  const problems: DurarError[] = contradictions(flags, surroundings);
  const attempt = async <Value>(act: () => Value | Promise<Value>): Promise<Value | undefined> => {
    try {
      return await act();
    } catch (error) {
      if (!isDurarError(error)) throw error;
      problems.push(error);
      return undefined;
    }
  };
  const { defaults } = session.secrets;
  // What contradicts itself is not read: both might want standard input.
  if (problems.length > 0) throw together(problems);
  const authKeeping = await attempt(() => readKeeping("auth", flags, defaults, surroundings));
  const keyKeeping = await attempt(() => readKeeping("key", flags, defaults, surroundings));
  const { "model-provider": name } = flags;
  const broken = name === undefined ? undefined : brokenProviderRule(name, session);
  if (broken !== undefined) problems.push(misused("--model-provider is no name of a model provider", broken));
  if (problems.length > 0) throw together(problems);
  const auth = flags["gateway-auth"] ?? (flags["generate-token"] === true ? "token" : undefined);
  const skipsProvider = flags["skip-model-provider"] === true;
  return { auth, authKeeping, provider: name, skipsProvider, keyKeeping };
}

/** Flags that cannot all be meant. */
function contradictions(flags: AnswerFlags, { isInteractive }: Surroundings): CommandError[] {
  const groups: readonly (readonly (keyof AnswerFlags)[])[] = [
    ["auth-ref", "auth-file", "generate-token"],
    ["key-ref", "key-file"],
    ["model-provider", "skip-model-provider"],
    ...(flags["skip-model-provider"] === true
      ? ([
          ["skip-model-provider", "key-ref"],
          ["skip-model-provider", "key-file"],
        ] as const)
      : []),
  ];
  const excluding = groups.flatMap((group) => {
    const given = group.filter((flag) => flags[flag] !== undefined);
    if (given.length < 2) return [];
    return [misused(`${dashed(given, " and ")} exclude each other`, "decide for one of them")];
  });
  const { "gateway-auth": auth } = flags;
  const kept = auth === "keep" ? (["auth-ref", "auth-file", "generate-token"] as const) : [];
  const unused = kept.filter((flag) => flags[flag] !== undefined);
  const files = (["auth-file", "key-file"] as const).filter((flag) => flags[flag] === "-");
  return [
    ...excluding,
    ...(unused.length === 0
      ? []
      : [misused(`--gateway-auth keep leaves nothing for ${dashed(unused, " and ")}`, "leave one out")]),
    ...(auth === "password" && flags["generate-token"] === true
      ? [misused("--generate-token makes a token, and --gateway-auth says password", "decide for one")]
      : []),
    ...(files.length > 1
      ? [misused("standard input can be read only once", "give one of the two by a file")]
      : []),
    ...(files.length > 0 && isInteractive === true
      ? [
          misused(
            "standard input is the terminal, which would show a secret",
            `leave ${dashed(files, " and ")} out to be asked`,
          ),
        ]
      : []),
  ];
}

async function readKeeping(
  what: "auth" | "key",
  flags: AnswerFlags,
  defaults: SecretDefaults,
  surroundings: Surroundings,
): Promise<Keeping | undefined> {
  const { [`${what}-ref` as const]: ref, [`${what}-file` as const]: file } = flags;
  if (ref !== undefined) return { kind: "ref", ref: readRef(`--${what}-ref`, ref, defaults) };
  if (what === "auth" && flags["generate-token"] === true)
    return { kind: "plaintext", value: generateToken() };
  if (file === undefined) return undefined;
  const value = await readSecret(`${what}-file`, file, surroundings);
  const rule = brokenCredentialRule(value.reveal());
  if (rule !== undefined) throw misused(`what --${what}-file holds is no credential: ${rule}`, "correct it");
  return { kind: "plaintext", value };
}

/** Several errors as one, the only one as it is. */
export function together(problems: readonly DurarError[]): DurarError {
  const [first, ...others] = problems;
  if (first !== undefined && others.length === 0) return first;
  return new CommandError(
    "USAGE",
    `${problems.length} answers are missing or cannot be taken`,
    "see durar onboard --help",
    problems,
  );
}

export function misused(problem: string, hint: string): CommandError {
  return new CommandError("USAGE", problem, hint);
}

function dashed(flags: readonly string[], between: string): string {
  return flags.map((flag) => `--${flag}`).join(between);
}
