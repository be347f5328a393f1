import type { TrustRefusal, TrustRule } from "@durar/trusted-path";
import { failProvider, type Result } from "./failures.ts";

/** A path that is not there, or is just being replaced, is no matter of trust, and may mend itself. */
const unreadable: ReadonlySet<TrustRule> = new Set(["missing", "unreadable", "changed"]);

/** The failure that a refused path is, with its remedy as the hint. */
export function failPath(provider: string, configured: string, refusal: TrustRefusal): Result<never> {
  const { rule, message, remedy } = refusal;
  if (!unreadable.has(rule))
    return failProvider("SECRET_PATH_UNTRUSTED", provider, { problem: message, hint: remedy });
  const home = configured.startsWith("~/") ? "; ~ is the home directory of this process" : "";
  return failProvider("SECRET_PATH_UNREADABLE", provider, { problem: message, hint: remedy + home });
}
