import type { AuditStore, NameRules } from "@durar/audit";
import type { Path, Surface } from "@durar/credential-surface";
import type { Environment, SchemaIssue, SecretProvider } from "@durar/secretref-schema";

/** A credential field, as far as the names of its variables depend on it. */
export interface CredentialField {
  /** The id of its target. */
  readonly targetId: string;
  readonly path: Path;
  /** The model provider it is for, where it is for one. */
  readonly provider: string | undefined;
}

/** What the migrated product has: its files and what they mean. */
export interface ApplyPlace {
  /** Every file, leftovers too, as for an audit; exactly one of kind `config` that is no leftover. */
  readonly stores: readonly AuditStore[];
  readonly surface: Surface;
  readonly providers: readonly SecretProvider[];
  /** The `.env` files by precedence, whether they exist or not; a value that is moved to a variable is added to the first. */
  readonly environmentFiles: readonly string[];
  /** The environment that results from the variables of the `.env` files, given in their order. */
  readonly mergeEnvironment: (files: readonly Readonly<Record<string, string>>[]) => Environment;
  /** Where an agent's profiles lie, also before the file exists. @default no file is made */
  readonly profilesFile?: ((agentId: string) => string | undefined) | undefined;
  /** @default finds nothing special */
  readonly names?: Partial<NameRules> | undefined;
  /** The variables that hold a field's credential by custom. @default none */
  readonly variablesOf?: ((field: CredentialField) => readonly string[]) | undefined;
  /** The product's own schema of the config. @default accepts everything */
  readonly validateConfig?: ((config: unknown) => readonly SchemaIssue[]) | undefined;
  /** Whether a config that is missing counts as an empty one, and is made. @default false: it is refused */
  readonly mayCreateConfig?: boolean | undefined;
}

export interface ApplyOptions extends ApplyPlace {
  /** As `JSON.parse` gives it. */
  readonly plan: unknown;
  /** `dry-run` checks all that `write` checks, and writes nothing. */
  readonly mode: "dry-run" | "write";
  /** The journal of the commit: an absolute path. */
  readonly journal: string;
  /** Whether exec providers may run; they do only where the plan itself has exec refs or providers. @default false */
  readonly allowExec?: boolean | undefined;
  /** Whether a ref may yield another value than the plaintext it replaces. @default false */
  readonly acceptNewValues?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What is done at one place of a file. */
export type EditAction =
  /** A ref takes the place of what stood there. */
  | "set-ref"
  /** Plaintext or a setting does. */
  | "set-value"
  /** Plaintext beside a ref, or one that a ref covers, is taken out. */
  | "remove-value"
  | "add-profile"
  | "set-provider"
  | "remove-provider"
  /** A moved value is added where its ref leads. */
  | "add-value"
  /** A line of a `.env` file is taken out. */
  | "remove-line"
  /** In a generated file, `secretref-managed` takes the place of a migrated value. */
  | "mark-managed"
  /** In a leftover, a migrated value becomes empty. */
  | "blank-value";

/** One change of a file, told without any value. */
export interface Edit {
  readonly file: string;
  /** 1-based, in the file as it was; for what is new, of what is to hold it. */
  readonly line: number;
  /** The path in the document, or the name of a variable. */
  readonly path: string;
  readonly action: EditAction;
  /** What stood there, told without any secret: a ref, a provider's source, or a mask; absent where nothing did. */
  readonly was?: string;
  /** The same of what stands there afterwards. */
  readonly becomes?: string;
}

/** A remark that blocks nothing. */
export interface ApplyWarning {
  readonly code: string;
  readonly message: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly path: string;
}

/** What a plan came to. No field holds a secret. */
export interface ApplyResult {
  readonly mode: "dry-run" | "write";
  readonly changed: boolean;
  /** In a dry run, those that a write would change. */
  readonly changedFiles: readonly string[];
  readonly edits: readonly Edit[];
  readonly checks: {
    /** Every ref that could be asked for resolves. */
    readonly resolvability: true;
    /** Whether every ref was asked for, and no `$include` is left, which is not followed. */
    readonly resolvabilityComplete: boolean;
  };
  /** Distinct refs that were asked for. */
  readonly refsChecked: number;
  /** Distinct exec refs that were checked but not resolved. */
  readonly skippedExecRefs: number;
  readonly warningCount: number;
  readonly warnings: readonly ApplyWarning[];
}
