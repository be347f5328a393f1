const LINE_FEED = 0x0a;

/** Bytes that are kept for the next line; what a longer one needed is let go. */
const KEPT_BYTES = 64 * 1024;

/** Takes bytes apart into lines, in time linear in their number, however small the pieces are in which they come. */
export class LineBuffer {
  readonly #maxBytes: number;
  #bytes = Buffer.alloc(KEPT_BYTES);
  #length = 0;
  #isTooLong = false;

  /** @param maxBytes of one line, at most */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether a line was longer than allowed; there are no others after it. */
  get isTooLong(): boolean {
    return this.#isTooLong;
  }

  /** The lines that these bytes complete, without their breaks. */
  *add(chunk: Buffer): Generator<string> {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      if (!this.#append(chunk.subarray(start, end))) return;
      yield this.#take();
      start = end + 1;
    }
    this.#append(chunk.subarray(start));
  }

  #append(piece: Buffer): boolean {
    const length = this.#length + piece.length;
    this.#isTooLong ||= length > this.#maxBytes;
    if (this.#isTooLong) return false;
    if (length > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(length, 2 * this.#bytes.length));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    piece.copy(this.#bytes, this.#length);
    this.#length = length;
    return true;
  }

  #take(): string {
    const line = this.#bytes.toString("utf8", 0, this.#length);
    this.#length = 0;
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.alloc(KEPT_BYTES);
    return line;
  }
}
