import type {
  Place,
  PolicyViolation,
  SettledGroup,
  Surface,
  SurfaceEntry,
  SurfaceIssue,
  SurfaceStore,
  SurfaceWarning,
} from "@durar/credential-surface";
import type {
  Environment,
  SchemaIssue,
  Secret,
  SecretProvider,
  SecretRef,
  SecretRefError,
  SecretsConfig,
  SecretSource,
} from "@durar/secretref-schema";

export interface PrepareOptions {
  readonly surface: Surface;
  /** The documents; one of kind `config`, whose `secrets` block configures the providers. */
  readonly stores: readonly SurfaceStore[];
  /** One for each source that may be resolved. */
  readonly providers: readonly SecretProvider[];
  /** The merged environment. @default `process.env`, read by each provider at the call; empty for activation rules */
  readonly environment?: Environment | undefined;
  /** Sources whose providers are checked but not run. @default none */
  readonly checkOnly?: readonly SecretSource[] | undefined;
  /**
   * Whether refs that are not in use are resolved too, or those of which places; their failures block nothing. They are
   * asked for after the others and apart from them, so that they cannot change what the others come to. @default false
   */
  readonly includeInactive?: boolean | ((place: Place) => boolean) | undefined;
  /**
   * The places whose refs are resolved at all. What is left out comes to `skipped` where it is in use, so that the
   * preparation is not `ok` and nothing can be published of it. @default every place
   */
  readonly only?: ((place: Place) => boolean) | undefined;
  /** After an abort, what is not yet answered fails with `SECRET_ABORTED`. */
  readonly signal?: AbortSignal | undefined;
}

/** What one place came to. */
export type Outcome =
  /** It holds nothing, or its ref is not in use and was not asked for. */
  | { readonly kind: "none" }
  | { readonly kind: "plaintext"; readonly value: Secret }
  | { readonly kind: "resolved"; readonly value: Secret }
  /** One error for each ref that failed, each with its ref: a template may need several. */
  | { readonly kind: "failed"; readonly errors: readonly SecretRefError[] }
  /** Its source was only checked, or it was left out. */
  | { readonly kind: "skipped" }
  /** It holds no valid ref; the issues say which rule it breaks. */
  | { readonly kind: "malformed" };

export interface PreparedEntry extends SurfaceEntry {
  readonly outcome: Outcome;
}

/** Everything that is known about a set of documents once their refs are resolved. */
export interface Preparation {
  /**
   * Whether a snapshot could be published: no ref in use failed or was skipped, and nothing is wrong in the `secrets`
   * block or in any store whose owner is on.
   */
  readonly ok: boolean;
  readonly secrets: SecretsConfig;
  /** Every place found, its activity as it is now that the groups are settled. */
  readonly entries: readonly PreparedEntry[];
  /** Where a ref that could win was only checked, the winner is not known, and `undefined`. */
  readonly groups: readonly SettledGroup[];
  /** Every failure of a ref that is in use, one for each ref and code, naming all the paths that need it. */
  readonly failures: readonly SecretRefError[];
  /** What is wrong in the `secrets` block; paths start below it. */
  readonly secretsIssues: readonly SchemaIssue[];
  readonly surfaceIssues: readonly SurfaceIssue[];
  readonly violations: readonly PolicyViolation[];
  readonly warnings: readonly SurfaceWarning[];
  /** Distinct refs that were asked for. */
  readonly refsChecked: number;
  /** Distinct refs that were not resolved because their source was only checked. */
  readonly skippedRefs: readonly SecretRef[];
}
