import type { ReadTextFileResult } from "@durar/config-document";
import type { Activity, Surface } from "@durar/credential-surface";
import type { Environment, SchemaIssue, SecretProvider } from "@durar/secretref-schema";
import type { FindingCode, Severity } from "./finding-codes.ts";

/** One file to be audited. */
export interface AuditStore {
  /**
   * What it is. `config` and any kind that is the surface's own hold its targets; `auth-profiles` may also hold OAuth
   * credentials and take precedence over refs; `environment` (format `env`), `models` and `legacy-auth` hold none, and
   * are searched by scanners of their own.
   */
  readonly kind: string;
  readonly format: "json5" | "json" | "env";
  /** Shown in findings. */
  readonly path: string;
  readonly agentId?: string | undefined;
  /** Whether the store's owner is on. @default active */
  readonly activity?: Activity | undefined;
  /** Whether it is an old copy of a store: searched for plaintext, and nothing else. @default false */
  readonly leftover?: boolean | undefined;
  /** Reads the file, as `readTextFile` of `@durar/config-document` does; called once. */
  readonly read: () => ReadTextFileResult;
}

/** What names and values mean in the audited product; what is left out finds nothing special. */
export interface NameRules {
  /** Whether a variable of this name holds a secret. @default none does */
  readonly isSecretVariable: (name: string) => boolean;
  /**
   * Whether a header of this name carries a credential. With it, headers are also found where the surface has no
   * target, anywhere in the config. @default those of targets and models files do, and no others are looked for
   */
  readonly isSensitiveHeader: (name: string) => boolean;
  /** Whether a value is a marker and no secret; asked of fields whose names end in `key`. @default none is */
  readonly isKeyMarker: (value: string) => boolean;
  /** Whether a header's value is a marker and no secret. @default none is */
  readonly isHeaderMarker: (value: string) => boolean;
  /** Whether a generated models file means the variable of this name, not a key. @default none is */
  readonly isModelsFileName: (value: string) => boolean;
  /** A model provider's name in its usual spelling. @default as it is */
  readonly canonicalProvider: (name: string) => string;
  /** The usual variable for a model provider's key, for hints. @default unknown */
  readonly providerVariable: (provider: string) => string | undefined;
}

export interface AuditOptions {
  /** The files, `.env` files in order of precedence; exactly one of kind `config` that is no leftover. */
  readonly stores: readonly AuditStore[];
  readonly surface: Surface;
  readonly providers: readonly SecretProvider[];
  /** The merged environment. @default `process.env`, read by each provider at the call */
  readonly environment?: Environment | undefined;
  /** Whether exec providers are run; else they are only checked. @default false */
  readonly allowExec?: boolean | undefined;
  /** Finding ids are made of paths relative to this directory. @default none, the paths as they are */
  readonly root?: string | undefined;
  readonly names?: Partial<NameRules> | undefined;
  /** The product's own schema of the config. @default accepts everything */
  readonly validateConfig?: ((config: unknown) => readonly SchemaIssue[]) | undefined;
  /** The journal of an unfinished commit, where there is one. */
  readonly interruptedCommit?: { readonly path: string; readonly hint: string } | undefined;
  /** Called now and then during a long scan, and at its end. */
  readonly onProgress?: ((scanned: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Something the operator should look at. It holds no secret, and no content of a file but names. */
export interface Finding {
  /** Stable: made of the code, the file, the agent and the path, and of no value. */
  readonly id: string;
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in characters (Unicode code points). */
  readonly column: number;
  /** The path in the document, or the name of a variable; empty where the finding is about the whole file. */
  readonly path: string;
  readonly message: string;
  readonly hint: string;
  /** The model provider the credential is for. */
  readonly provider?: string;
  readonly profileId?: string;
  readonly agentId?: string;
}

/** How an audit stands: the worst of what it found. */
export type AuditStatus = "unresolved" | "findings" | "incomplete" | "clean";

export interface AuditReport {
  readonly version: 1;
  readonly status: AuditStatus;
  /** The configuration that was audited. */
  readonly configFile: string;
  readonly resolution: {
    /** Distinct refs that were looked at. */
    readonly refsChecked: number;
    /** Distinct exec refs that were checked but not resolved. */
    readonly skippedExecRefs: number;
    /** Whether every ref was resolved and every store read. */
    readonly resolvabilityComplete: boolean;
  };
  readonly filesScanned: readonly string[];
  /** Counts of findings that are more than info. */
  readonly summary: {
    readonly plaintextCount: number;
    readonly unresolvedRefCount: number;
    readonly shadowedRefCount: number;
    readonly legacyResidueCount: number;
    readonly unreadableCount: number;
  };
  readonly findings: readonly Finding[];
  /** What the operator should know that is no finding: refs not in use, refs that override plaintext. */
  readonly warnings: readonly AuditWarning[];
}

/** A remark about the configuration that blocks nothing and fails no gate. */
export interface AuditWarning {
  readonly code: string;
  readonly message: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in characters. */
  readonly column: number;
  readonly path: string;
}
