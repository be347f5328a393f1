import type { ResolverDefinition } from "../definition.ts";

/** An option of a ready resolver, written `--name VALUE`, or `--name` where it takes no value. */
export interface ReadyOption {
  /** What its value is called in help; none for a switch. */
  readonly value?: string;
  readonly required?: true;
  /** In place of an option that is left out. */
  readonly fallback?: string;
  /** The only values it takes. */
  readonly choices?: readonly string[];
  /** One line for help. */
  readonly what: string;
}

/** What was given on the command line: checked, with fallbacks. */
export interface ReadyGiven {
  readonly options: Readonly<Record<string, string | undefined>>;
  readonly switches: ReadonlySet<string>;
  /** What stands behind `--`. */
  readonly program: readonly string[];
}

/** A resolver for a back end that a bare command line of its tool does not serve. */
export interface ReadyResolver {
  /** One line for help: which back end. */
  readonly summary: string;
  /** What an id stands for. */
  readonly ids: string;
  readonly options: Readonly<Record<string, ReadyOption>>;
  /** Whether a program and its arguments stand behind `--`. */
  readonly takesProgram?: true;
  readonly define: (given: ReadyGiven) => ResolverDefinition;
}
