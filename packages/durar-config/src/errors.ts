import { DurarError, type ErrorKind } from "@durar/secretref-schema";

/** Every code this package throws. The set is closed. */
export const CONFIG_ERRORS: Readonly<
  Record<"CONFIG_LAYOUT_UNKNOWN", { readonly kind: ErrorKind; readonly when: string; readonly hint: string }>
> = Object.freeze({
  CONFIG_LAYOUT_UNKNOWN: Object.freeze({
    kind: "invalid-config",
    when: "a layout is named that this package does not know",
    hint: "use one of durar, openclaw",
  }),
});

/** A code of {@link CONFIG_ERRORS}. */
export type ConfigErrorCode = keyof typeof CONFIG_ERRORS;

/** The error of a code, with the table's kind and hint. */
export function configError(code: ConfigErrorCode, message: string): DurarError<ConfigErrorCode> {
  const { kind, hint } = CONFIG_ERRORS[code];
  return new DurarError({ code, kind, message, hint });
}
