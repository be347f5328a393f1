import type { FileHandle } from "node:fs/promises";
import type { FileProviderConfig } from "@durar/secretref-schema";
import { judgePath, openTrusted, type TrustOptions } from "@durar/trusted-path";
import { failPath } from "./fail-path.ts";
import { failProvider, type Result } from "./failures.ts";

/** The file of one provider: where it is and what is asked of it. */
export interface SecretsFile {
  readonly provider: string;
  readonly config: FileProviderConfig;
  /** The configured path, `~/` replaced. */
  readonly path: string;
}

/** Whether the file may be read; it is not opened. */
export async function checkFile(file: SecretsFile): Promise<Result<undefined>> {
  const verdict = await judgePath(file.path, trustOptions(file));
  return verdict.trusted
    ? { ok: true, value: undefined }
    : failPath(file.provider, file.config.path, verdict);
}

/** Reads the file once through the descriptor that was judged, `maxBytes` bytes at most. */
export async function readTrustedFile(file: SecretsFile): Promise<Result<Uint8Array>> {
  const opened = await openTrusted(file.path, trustOptions(file));
  if (!opened.trusted) return failPath(file.provider, file.config.path, opened);
  const { provider, config } = file;
  try {
    const bytes = await readBounded(opened.file, config.maxBytes);
    if (bytes !== undefined) return { ok: true, value: bytes };
    return failProvider("SECRET_LIMIT_EXCEEDED", provider, {
      problem: `the file is larger than maxBytes, ${config.maxBytes} bytes`,
      hint: "make the file smaller, or raise maxBytes, to 20 MiB at most",
    });
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    return failProvider("SECRET_PATH_UNREADABLE", provider, {
      problem: `the file cannot be read (${code})`,
      cause: error as Error,
    });
  } finally {
    await opened.file.close();
  }
}

function trustOptions({ config }: SecretsFile): TrustOptions {
  return {
    purpose: "secret-file",
    allowInsecure: config.allowInsecurePath,
    allowSymlink: config.allowSymlinkPath,
    trustedDirs: config.trustedDirs,
  };
}

/** @returns `undefined` where there is more, by the size the file states or by what it yields */
async function readBounded(file: FileHandle, maxBytes: number): Promise<Uint8Array | undefined> {
  const { size } = await file.stat();
  if (size > maxBytes) return undefined;
  // Not from the pool that small buffers share, and one byte more than it may have.
  const bytes = Buffer.alloc(maxBytes + 1);
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, null);
    if (bytesRead === 0) return bytes.subarray(0, length);
    length += bytesRead;
  }
  return undefined;
}
