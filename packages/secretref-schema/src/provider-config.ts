import { isAbsolute } from "node:path";
import * as z from "zod/mini";
import { ENV_ID_PATTERN } from "./ref.ts";
import { parseTemplate } from "./template.ts";
import { validate, type Validated } from "./validate.ts";

/** Configuration of an env provider. */
export interface EnvProviderConfig {
  readonly source: "env";
  /** The variables it may read, up to 256; an empty list allows none. @default any */
  readonly allowlist?: readonly string[] | undefined;
}

/** Configuration of a file provider. */
export interface FileProviderConfig {
  readonly source: "file";
  /** Absolute, or `~/...`. */
  readonly path: string;
  /** `json`: ids are JSON pointers into an object. `singleValue`: the whole file is the value of the id `value`. @default json */
  readonly mode: "json" | "singleValue";
  /** Milliseconds, 1 to 120,000. @default 5000 */
  readonly timeoutMs: number;
  /** Bytes, 1 to 20 MiB. @default 1 MiB */
  readonly maxBytes: number;
  /** Skips ownership and permission checks for this provider only. @default false */
  readonly allowInsecurePath: boolean;
  /** Accepts a symbolic link as the last component of the path, and Kubernetes' `..data`. @default false */
  readonly allowSymlinkPath: boolean;
  /** Up to 64 absolute directories; the real path must be inside one of them. @default none */
  readonly trustedDirs?: readonly string[] | undefined;
}

/** Configuration of an exec provider. */
export interface ExecProviderConfig {
  readonly source: "exec";
  /** Absolute path of the command; no shell is involved. */
  readonly command: string;
  /** Up to 128 strings of up to 1,024 characters; `{id}` stands for the id, with `jsonOnly: false` only. @default [] */
  readonly args: readonly string[];
  /** Milliseconds for the whole call, 1 to 120,000. @default 5000 */
  readonly timeoutMs: number;
  /** Milliseconds without a byte on either stream, 1 to 120,000. @default the same as `timeoutMs` */
  readonly noOutputTimeoutMs: number;
  /** Bytes of stdout and stderr together, 1 to 20 MiB. @default 1 MiB */
  readonly maxOutputBytes: number;
  /** Whether the answer must be protocol; else it may be the bare value. @default true */
  readonly jsonOnly: boolean;
  /** Up to 128 names of variables the command gets from the environment. @default none */
  readonly passEnv: readonly string[];
  /** Variables the command gets besides. @default none */
  readonly env: Readonly<Record<string, string>>;
  /** Skips ownership and permission checks for this provider only. @default false */
  readonly allowInsecurePath: boolean;
  /** Accepts a symbolic link as the last component of the command's path. @default false */
  readonly allowSymlinkCommand: boolean;
  /** Up to 64 absolute directories; the real path must be inside one of them. @default none */
  readonly trustedDirs?: readonly string[] | undefined;
}

/** The configuration of one provider, every default filled in. */
export type ProviderConfig = EnvProviderConfig | FileProviderConfig | ExecProviderConfig;

type Written<Config, Required extends keyof Config> = Pick<Config, Required> & Partial<Config>;

/** Configurations as they are written, defaults left out. A configuration with its defaults filled in is one too. */
export type EnvProviderInput = EnvProviderConfig;
export type FileProviderInput = Written<FileProviderConfig, "source" | "path">;
export type ExecProviderInput = Written<ExecProviderConfig, "source" | "command">;
export type ProviderConfigInput = EnvProviderInput | FileProviderInput | ExecProviderInput;

const mebibyte = 1024 * 1024;

const noNul = z.refine<string>((text) => !text.includes("\0"), "must not contain a NUL character");
const oneLine = z.refine<string>(
  (text) => !["\0", "\r", "\n"].some((character) => text.includes(character)),
  "must not contain a NUL character or line break",
);
/** Templates are filled in where credentials stand and nowhere else; one here would be taken literally. */
const noTemplate = z.refine<string>(
  (text) => parseTemplate(text).every((part) => "text" in part),
  "must not contain a ${NAME} template; templates work in credential fields only",
);
const absolutePath = z.string().check(
  oneLine,
  noTemplate,
  z.refine((path) => isAbsolute(path), "must be an absolute path"),
);
const homePath = z.string().check(
  oneLine,
  noTemplate,
  z.refine((path) => isAbsolute(path) || path.startsWith("~/"), "must be an absolute path or start with ~/"),
);
const variableName = z
  .string()
  .check(z.regex(/^[A-Za-z_][A-Za-z0-9_()]{0,255}$/, "must be the name of an environment variable"));
const trustedDirs = z.optional(z.array(absolutePath).check(z.maxLength(64)));
const flag = z._default(z.boolean(), false);

function milliseconds(): z.ZodMiniNumber {
  return z.int().check(z.gte(1), z.lte(120_000));
}

function bytes(): z.ZodMiniDefault<z.ZodMiniNumber> {
  return z._default(z.int().check(z.gte(1), z.lte(20 * mebibyte)), mebibyte);
}

const envProvider = z.strictObject({
  source: z.literal("env"),
  allowlist: z.optional(
    z
      .array(z.string().check(z.regex(ENV_ID_PATTERN, `must match ${ENV_ID_PATTERN.source}`)))
      .check(z.maxLength(256)),
  ),
});

const fileProvider = z.strictObject({
  source: z.literal("file"),
  path: homePath,
  mode: z._default(z.enum(["json", "singleValue"]), "json"),
  timeoutMs: z._default(milliseconds(), 5000),
  maxBytes: bytes(),
  allowInsecurePath: flag,
  allowSymlinkPath: flag,
  trustedDirs,
});

const execProvider = z
  .strictObject({
    source: z.literal("exec"),
    command: absolutePath,
    args: z._default(
      z.array(z.string().check(z.maxLength(1024), noNul, noTemplate)).check(z.maxLength(128)),
      [],
    ),
    timeoutMs: z._default(milliseconds(), 5000),
    noOutputTimeoutMs: z.optional(milliseconds()),
    maxOutputBytes: bytes(),
    jsonOnly: z._default(z.boolean(), true),
    passEnv: z._default(z.array(variableName).check(z.maxLength(128)), []),
    env: z._default(z.record(variableName, z.string().check(noNul, noTemplate)), {}),
    allowInsecurePath: flag,
    allowSymlinkCommand: flag,
    trustedDirs,
  })
  .check(
    z.refine((config) => !config.jsonOnly || !config.args.some((arg) => arg.includes("{id}")), {
      error: 'may contain "{id}" only with jsonOnly: false',
      path: ["args"],
    }),
  );

/** The schema of one provider's configuration, for composing into a larger one. Read values with {@link parseProviderConfig}. */
export const providerSchema = z.discriminatedUnion("source", [envProvider, fileProvider, execProvider]);

/** Reads one provider's configuration: every default filled in, or every rule it breaks. */
export function parseProviderConfig(value: unknown): Validated<ProviderConfig> {
  const result = validate(providerSchema, value);
  if (!result.ok) return result;
  const config = result.value;
  if (config.source !== "exec") return { ok: true, value: Object.freeze(config) };
  const noOutputTimeoutMs = config.noOutputTimeoutMs ?? config.timeoutMs;
  return { ok: true, value: Object.freeze({ ...config, noOutputTimeoutMs }) };
}
