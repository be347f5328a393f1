import { BYTE_ORDER_MARK, CARRIAGE_RETURN, codeAt, endsSurrogatePair, LINE_FEED } from "./characters.ts";

/** A place in a text as an editor shows it. */
export interface Position {
  /** 1-based. Lines end at `\n`, `\r\n` and `\r`, as in editors; U+2028 and U+2029 do not end one. */
  readonly line: number;
  /** 1-based, in characters (Unicode code points). A byte order mark at the start of the text has no column. */
  readonly column: number;
  /** 0-based, in bytes of UTF-8. A byte order mark at the start of the text counts three. */
  readonly byte: number;
}

// A position is counted from the checkpoint before it: at most this many steps.
const stride = 128;

interface Counter {
  line: number;
  column: number;
  byte: number;
}

/** Turns offsets of one text into positions: one pass over the text at the first question, a few steps for each. */
export class LineIndex {
  readonly #text: string;
  #checkpoints: Uint32Array | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** The position of an offset in UTF-16 code units, from 0 up to the length of the text. */
  position(offset: number): Position {
    const checkpoints = (this.#checkpoints ??= countAll(this.#text));
    const checkpoint = Math.floor(offset / stride);
    const counter = {
      line: checkpoints[3 * checkpoint] ?? 1,
      column: checkpoints[3 * checkpoint + 1] ?? 1,
      byte: checkpoints[3 * checkpoint + 2] ?? 0,
    };
    count(this.#text, checkpoint * stride, offset, counter);
    return counter;
  }
}

/** Line, column and byte at every checkpoint. */
function countAll(text: string): Uint32Array {
  const checkpoints = new Uint32Array(3 * (Math.floor(text.length / stride) + 1));
  const counter = { line: 1, column: 1, byte: 0 };
  for (let start = 0, index = 0; start <= text.length; start += stride) {
    checkpoints[index++] = counter.line;
    checkpoints[index++] = counter.column;
    checkpoints[index++] = counter.byte;
    count(text, start, Math.min(start + stride, text.length), counter);
  }
  return checkpoints;
}

/** Moves the counter over the code units from `start` to `end`. Each unit counts the same whatever the stretch. */
function count(text: string, start: number, end: number, counter: Counter): void {
  let { line, column, byte } = counter;
  for (let offset = start; offset < end; offset++) {
    const code = text.charCodeAt(offset);
    if (code === LINE_FEED || (code === CARRIAGE_RETURN && codeAt(text, offset + 1) !== LINE_FEED)) {
      line++;
      column = 1;
      byte++;
    } else if (code < 0x80) {
      column++;
      byte++;
    } else if (code < 0x800) {
      column++;
      byte += 2;
    } else if (code >= 0xd800 && code <= 0xdfff) {
      // A pair is four bytes, two for each half; half a pair alone is written as U+FFFD, three bytes.
      const second = endsSurrogatePair(text, offset);
      if (!second) column++;
      byte += second || endsSurrogatePair(text, offset + 1) ? 2 : 3;
    } else {
      if (code !== BYTE_ORDER_MARK || offset > 0) column++;
      byte += 3;
    }
  }
  counter.line = line;
  counter.column = column;
  counter.byte = byte;
}
