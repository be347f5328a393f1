import type { Environment, ParsedSecretInput, SecretDefaults } from "@durar/secretref-schema";
import type { Path } from "./path.ts";
import type { Pattern } from "./pattern.ts";

/** Whether something counts, and why, in words for the operator. */
export interface Activity {
  readonly active: boolean;
  readonly reason: string;
}

/** Decides whether a place's credential is in use. */
export type ActivationRule = (place: Place, context: SurfaceContext) => Activity;

/** One field that can hold a credential, as it is declared. */
export interface TargetDefinition {
  /** Names the target everywhere: in audits, plans, RPC and documents. */
  readonly id: string;
  /** The kind of store it lies in. @default config */
  readonly store?: string;
  /** The pattern of its path. @default the id */
  readonly path?: string;
  /** The pattern of a sibling field that holds a ref in its stead; the ref wins. */
  readonly refPath?: string;
  /** What a value may be. @default string */
  readonly expected?: "string" | "string-or-object";
  /** When it is in use. @default always */
  readonly active?: ActivationRule;
  /** Only entries whose own `type` is this one hold the target, as with auth profiles. */
  readonly profileType?: string;
  /** What plans call it. @default the id */
  readonly planType?: string;
  readonly planTypeAliases?: readonly string[];
  /** Which path segment is a model provider's name. */
  readonly providerSegment?: number;
  /** Which path segment is an account's name. */
  readonly accountSegment?: number;
  /** Whether an agent's own profile for the same provider takes precedence over it. */
  readonly tracksShadowing?: boolean;
}

/** A declared target, its patterns compiled and defaults filled in. */
export interface Target extends TargetDefinition {
  readonly store: string;
  readonly expected: "string" | "string-or-object";
  readonly active: ActivationRule;
  readonly planType: string;
  readonly pattern: Pattern;
  /** The name of the sibling field that holds a ref. */
  readonly refField: string | undefined;
}

/** One document that may hold credentials. */
export interface SurfaceStore {
  /** `config` is the configuration itself; there is exactly one. */
  readonly kind: string;
  /** The agent that owns the store. */
  readonly agentId?: string | undefined;
  /** The parsed document. */
  readonly value: unknown;
  /** Whether the store's owner is on. @default active */
  readonly activity?: Activity | undefined;
}

/** A target found in a document. */
export interface Place {
  readonly target: Target;
  readonly store: SurfaceStore;
  /** The path of the field itself. */
  readonly path: Path;
  /** The path of what is in force: the sibling ref where one is set, else the field itself. */
  readonly inputPath: Path;
  /** What is in force. */
  readonly input: ParsedSecretInput;
  /** What the field itself holds beside a sibling ref that is in force. */
  readonly overridden: ParsedSecretInput | undefined;
}

/** What rules, groups and policies may look at. */
export interface SurfaceContext {
  /** The parsed configuration. */
  readonly config: unknown;
  readonly stores: readonly SurfaceStore[];
  readonly environment: Environment;
  readonly defaults: SecretDefaults;
  /** Every place found, by target id. */
  readonly placesOf: (targetId: string) => readonly Place[];
}

/** A path that takes no ref, and why. */
export interface UnsupportedPath {
  readonly path: string;
  /** The kind of store it lies in. @default config */
  readonly store?: string;
  /** Only entries whose own `type` is this one are meant, as with auth profiles. */
  readonly profileType?: string;
  readonly reason: string;
}

/** One way to a credential within a {@link FirstOfGroup}. */
export interface GroupCandidate {
  /** What the operator calls it. */
  readonly name: string;
  /** The place that holds its credential, where one is configured. */
  readonly place?: Place | undefined;
  /** Whether it yields a value without resolving anything: plaintext, or a set variable. */
  readonly available: boolean;
}

/** How a group stands before anything is resolved. */
export interface GroupRanking {
  /** `off`: none is in use. `one`: the only candidate must resolve. `first`: the first that yields a value wins. */
  readonly mode: "off" | "one" | "first";
  readonly reason: string;
  /** In order of precedence. */
  readonly candidates: readonly GroupCandidate[];
  /** Places of the group that are no candidates, and why. @default none, and that another takes precedence */
  readonly excluded?: ReadonlyMap<Place, string>;
  readonly warnings?: readonly SurfaceWarning[];
}

/** Targets of which one credential is used: the first, in an order of precedence, that yields a value. */
export interface FirstOfGroup {
  readonly id: string;
  /** The ids of the targets it decides about. */
  readonly targets: readonly string[];
  readonly rank: (context: SurfaceContext) => GroupRanking;
  /** The code of the warning about a candidate whose ref failed before another won. */
  readonly unresolvedCode: string;
}

/** A place and whether its credential is in use. */
export interface SurfaceEntry {
  readonly place: Place;
  readonly activity: Activity;
  /** Whether it may fail because another of its group can take its place. */
  readonly optional: boolean;
}

/** A group as it stands before anything is resolved. */
export interface SurveyedGroup {
  readonly group: FirstOfGroup;
  readonly ranking: GroupRanking;
}

/** A rule about what a document may hold, beyond its schema. */
export type Policy = (context: SurfaceContext) => readonly PolicyViolation[];

export interface PolicyViolation {
  readonly store: SurfaceStore;
  readonly path: Path;
  readonly message: string;
  readonly hint: string;
}

/** Something the operator should know that blocks nothing. */
export interface SurfaceWarning {
  readonly code: string;
  readonly message: string;
  readonly store?: SurfaceStore | undefined;
  readonly path?: Path | undefined;
}

/** Something about a credential field that makes the configuration invalid. */
export interface SurfaceIssue {
  /** What sort of fault it is. */
  readonly kind: "malformed-ref" | "unsupported-ref" | "wrong-container";
  readonly store: SurfaceStore;
  readonly path: Path;
  /** To be read after the path: `must be an object`. */
  readonly rule: string;
  /** The place, where the fault is in one. */
  readonly place?: Place | undefined;
}

/** A declared surface; make one with `defineSurface`. */
export interface Surface {
  readonly targets: readonly Target[];
  readonly unsupported: readonly (UnsupportedPath & { readonly store: string; readonly pattern: Pattern })[];
  readonly groups: readonly FirstOfGroup[];
  readonly policies: readonly Policy[];
}
