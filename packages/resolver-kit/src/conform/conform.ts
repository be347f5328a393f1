import { ResolverError } from "../errors.ts";
import { gatherEvidence } from "./evidence.ts";
import { checkOptions, type ConformOptions } from "./options.ts";
import { judgeEvidence, type ConformanceReport } from "./report.ts";

/**
 * Tests whether a command, in whatever language, keeps to protocol version 1: puts it to nine requests, one after
 * another, each bounded by `timeoutMs`, and judges what it wrote, how it ended, and where its values show.
 *
 * Neither the report nor an error holds a value or anything that the command wrote.
 *
 * @throws RESOLVER_OPTIONS_INVALID
 * @throws RESOLVER_ABORTED at the signal
 */
export async function conform(options: ConformOptions): Promise<ConformanceReport> {
  const checked = await checkOptions(options);
  const evidence = await gatherEvidence(checked);
  if (checked.signal?.aborted === true)
    throw new ResolverError("RESOLVER_ABORTED", "the conformance test was aborted");
  return judgeEvidence(evidence);
}
