import type { Candidate } from "@durar/apply";
import { formatPath } from "@durar/credential-surface";
import { printable } from "@durar/secretref-schema";

/** A field as the operator reads it: its path, behind the agent whose it is. */
export function fieldName({ path, agentId }: Pick<Candidate, "path" | "agentId">): string {
  return printable(agentId === undefined ? formatPath(path) : `${agentId}: ${formatPath(path)}`);
}
