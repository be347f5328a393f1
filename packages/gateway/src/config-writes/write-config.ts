import { readDocument } from "@durar/config-document";
import { replaceFile } from "@durar/file-commit";
import { isDurarError } from "@durar/secretref-schema";
import { gatewayError } from "../errors.ts";
import { holdsSentinel } from "../redaction/holds-sentinel.ts";

export interface ConfigWrite {
  readonly path: string;
  /** The whole new text. */
  readonly text: string;
  /** What the file must still hold. */
  readonly expected: string;
  /** What stands for a secret that is not shown. */
  readonly sentinel: string;
  readonly signal: AbortSignal;
}

/**
 * Writes the configuration file: the one function that does. It never writes the word that stands for a secret.
 *
 * @throws DurarError `CONFIG_SENTINEL`, `CONFIG_CONFLICT`, or one of `@durar/file-commit`'s; the file is as it was
 */
export async function writeConfig({ path, text, expected, sentinel, signal }: ConfigWrite): Promise<void> {
  const result = readDocument(text);
  const held = result.ok ? holdsSentinel(result.document, { sentinel }) : undefined;
  if (!result.ok || held !== undefined)
    throw gatewayError("CONFIG_SENTINEL", "the text still holds the redaction sentinel");
  try {
    await replaceFile(path, { content: text, expected, signal });
  } catch (error) {
    if (!isDurarError(error)) throw error;
    // It is written, and only a power failure now could bring the old file back.
    if (error.code === "COMMIT_UNSYNCED") return;
    if (error.code === "COMMIT_CONFLICT")
      throw gatewayError(
        "CONFIG_CONFLICT",
        "the configuration was changed by somebody else while it was being written",
      );
    throw error;
  }
}
