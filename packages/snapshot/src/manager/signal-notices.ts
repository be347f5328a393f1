import type { DurarError } from "@durar/secretref-schema";
import { summarize } from "../errors.ts";
import type { NoticeCode } from "../notices.ts";
import type { SignalName } from "./state.ts";

/** The code and the message of a notice about the state. */
export function noticeOf(
  name: SignalName,
  generation: number,
  failures: readonly DurarError[],
): readonly [NoticeCode, string] {
  switch (name) {
    case "degraded":
      return [
        "SECRETS_RELOADER_DEGRADED",
        summarize(`degraded, generation ${generation} stays in force`, failures),
      ];
    case "recovered":
      return ["SECRETS_RELOADER_RECOVERED", `recovered with generation ${generation}`];
    case "still-failing":
      return ["SECRETS_RELOAD_FAILED", summarize("still degraded", failures)];
    case "inputs-invalid":
      return [
        "CONFIG_INVALID",
        summarize(`what is on disk cannot be read, generation ${generation} stays in force`, failures),
      ];
  }
}
