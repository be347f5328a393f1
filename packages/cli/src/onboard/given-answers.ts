import { isDurarError, type DurarError, type SecretDefaults } from "@durar/secretref-schema";
import type { Session } from "../configure/session.ts";
import type { Surroundings } from "../console.ts";
import type { execFlags, GivenFlags, modelKeyFlags, onboardAuthFlags } from "../command-line/flags.ts";
import { readSecret } from "../read-input.ts";
import { readRef } from "../secrets/read-plan-flags.ts";
import { misused, together } from "./answer-problems.ts";
import type { AuthMode, Keeping } from "./answers.ts";
import { contradictions } from "./contradictions.ts";
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
  const problems: DurarError[] = [...contradictions(flags, surroundings)];
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
