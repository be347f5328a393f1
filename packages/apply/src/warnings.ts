/** Every code of this package's own warnings. Those of the surface keep theirs. */
export const APPLY_WARNINGS = Object.freeze({
  ENV_LINE_KEPT: "a line of a `.env` file holds a migrated value and stays, since something reads it, or may",
  VALUE_REMAINS: "a migrated value stands where it is not known to be safe to remove",
  LEGACY_ENTRY_KEPT:
    "an entry of the legacy store stays, since no ref yields its value: it may be the only copy",
});

/** A code of {@link APPLY_WARNINGS}. */
export type ApplyWarningCode = keyof typeof APPLY_WARNINGS;
