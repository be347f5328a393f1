import { isUtf8 } from "node:buffer";
import { closeSync, constants, openSync, statSync } from "node:fs";
import { LineIndex } from "./line-index.ts";
import { readOpened, refusal } from "./read-opened.ts";

/** Why a file was not read. The set is closed. */
export const TEXT_FILE_FAILURES = Object.freeze({
  missing: "the file does not exist",
  directory: "it is a directory",
  "not-regular": "it is not a regular file",
  "too-large": "the file is larger than the limit",
  unreadable: "the file cannot be read",
  "invalid-utf8": "the file is not valid UTF-8",
});

/** A reason of {@link TEXT_FILE_FAILURES}. */
export type TextFileFailure = keyof typeof TEXT_FILE_FAILURES;

export type ReadTextFileResult =
  | {
      readonly ok: true;
      /** The content; a byte order mark stays in it as U+FEFF, so that positions are those of the file. */
      readonly text: string;
      /** The size of the content in bytes. */
      readonly bytes: number;
    }
  | {
      readonly ok: false;
      readonly reason: TextFileFailure;
      /** One line: the reason in words, with the system's code or the position where there is one. */
      readonly message: string;
      /** The system's code, such as `EACCES`, where the system refused. */
      readonly code?: string;
      /** Of the first invalid byte, 1-based; only with `invalid-utf8`. */
      readonly line?: number;
      /** Of the first invalid byte, 1-based, in characters; only with `invalid-utf8`. */
      readonly column?: number;
    };

export interface ReadTextFileOptions {
  /** Bytes. @default 67108864 (64 MiB) */
  readonly maxBytes?: number;
}

/**
 * Reads a whole text file: a regular file, symbolic links followed, strict UTF-8, within a bound of bytes. It is
 * synchronous, never waits for a FIFO or a device, and answers every failure as data, without a word of the content.
 */
export function readTextFile(path: string, options: ReadTextFileOptions = {}): ReadTextFileResult {
  const { maxBytes = 64 * 1024 * 1024 } = options;
  try {
    // Looked at before it is opened, since opening alone can set a device going.
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return failed("missing");
    const refused = refusal(stats, maxBytes);
    if (refused !== undefined) return failed(refused);
    // Should it have become a FIFO by now, O_NONBLOCK keeps opening and reading from waiting.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const content = readOpened(file, stats.size, maxBytes);
      return typeof content === "string" ? failed(content) : decode(content);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return refusedBySystem((error as NodeJS.ErrnoException).code ?? "unknown");
  }
}

function failed(reason: TextFileFailure): ReadTextFileResult {
  return { ok: false, reason, message: TEXT_FILE_FAILURES[reason] };
}

const reasonOfCode: Readonly<Record<string, TextFileFailure>> = {
  ENOENT: "missing",
  ENOTDIR: "missing",
  EISDIR: "directory",
  // What a socket answers when it is opened, and an idle FIFO when it is read.
  ENXIO: "not-regular",
  EAGAIN: "not-regular",
};

function refusedBySystem(code: string): ReadTextFileResult {
  const reason = reasonOfCode[code] ?? "unreadable";
  // Where nothing is there, releases of Node differ in whether they say so by a code or by no entry.
  if (reason === "missing") return failed(reason);
  return { ok: false, reason, message: `${TEXT_FILE_FAILURES[reason]} (${code})`, code };
}

function decode(bytes: Buffer): ReadTextFileResult {
  const text = bytes.toString("utf8");
  // What is not UTF-8 has become U+FFFD, which few files hold.
  if (!text.includes("\ufffd") || isUtf8(bytes)) return { ok: true, text, bytes: bytes.length };
  const { line, column } = new LineIndex(text).position(firstInvalid(bytes, text));
  const message = `line ${line}, column ${column}: ${TEXT_FILE_FAILURES["invalid-utf8"]}`;
  return { ok: false, reason: "invalid-utf8", message, line, column };
}

/** The offset of the first U+FFFD of the lenient reading that stands for bytes which are not UTF-8. There is one. */
function firstInvalid(bytes: Buffer, text: string): number {
  let offset = text.indexOf("\ufffd");
  let byte = Buffer.byteLength(text.slice(0, offset));
  // The file may also hold the replacement character itself, as these three bytes.
  while (bytes[byte] === 0xef && bytes[byte + 1] === 0xbf && bytes[byte + 2] === 0xbd) {
    const next = text.indexOf("\ufffd", offset + 1);
    byte += Buffer.byteLength(text.slice(offset, next));
    offset = next;
  }
  return offset;
}
