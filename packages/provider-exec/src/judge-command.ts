import type { ExecProviderConfig, SecretRefError } from "@durar/secretref-schema";
import { judgePath } from "@durar/trusted-path";
import { startCountdown } from "./countdown.ts";
import { abortFailure, refusalFailure, timeoutFailure } from "./failures.ts";

/** Where a trusted command really is, or why it is not trusted. */
export type JudgedCommand =
  { readonly ok: true; readonly realPath: string } | { readonly ok: false; readonly error: SecretRefError };

/** Judges the command's path. A hung file system is left behind at `timeoutMs` or at the signal. */
export async function judgeCommand(
  config: ExecProviderConfig,
  provider: string,
  signal: AbortSignal | undefined,
): Promise<JudgedCommand> {
  if (signal?.aborted) return { ok: false, error: abortFailure(provider) };
  const limit = new AbortController();
  const stop = (): void => limit.abort();
  const deadline = startCountdown(config.timeoutMs, stop);
  signal?.addEventListener("abort", stop);
  try {
    const verdict = await judgePath(config.command, {
      purpose: "command",
      allowInsecure: config.allowInsecurePath,
      allowSymlink: config.allowSymlinkCommand,
      trustedDirs: config.trustedDirs,
      signal: limit.signal,
    });
    if (verdict.trusted) return { ok: true, realPath: verdict.realPath };
    return { ok: false, error: refusalFailure(provider, verdict) };
  } catch (error) {
    if (!limit.signal.aborted) throw error;
    return { ok: false, error: signal?.aborted ? abortFailure(provider) : timeoutFailure(provider, config) };
  } finally {
    deadline.stop();
    signal?.removeEventListener("abort", stop);
  }
}
