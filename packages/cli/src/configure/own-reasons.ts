import type { Candidate } from "@durar/apply";
import { formatPath } from "@durar/credential-surface";
import type { DurarError } from "@durar/secretref-schema";
import { describeError } from "../describe-error.ts";
import type { Reason } from "../failure.ts";

/** Reasons as they are shown to somebody who knows which field they are about. */
export function reasonNote(reasons: readonly Reason[]): string {
  return reasons.map(({ code, message, hint }) => `${message} [${code}]\n  -> ${hint}`).join("\n");
}

/** The reasons that are about these fields. Those of other fields name others. */
export function ownReasons(
  error: DurarError,
  fields: readonly Pick<Candidate, "path" | "agentId">[],
): readonly Reason[] {
  const { code, message, hint, failures } = describeError(error, undefined);
  const all = failures ?? [{ code, message, hint, paths: error.paths }];
  const isOwn = (place: string): boolean =>
    fields.some(({ path, agentId }) => {
      const name = formatPath(path);
      return place === name || (agentId !== undefined && place.startsWith(`${name} in `));
    });
  return all.filter(({ paths }) => paths.length === 0 || paths.some(isOwn));
}
