import type { CommentNode, ConfigDocument, TextRange } from "@durar/config-document";
import { redactComment } from "./redact-document.ts";

/** Hands out the comments on disk that redaction shows with a given text, one after the other. */
export class DiskComments {
  readonly #byShownText = new Map<string, string[]>();

  /** @param comments every comment that is shown, with the stretches that are hidden */
  constructor(
    onDisk: ConfigDocument,
    comments: ReadonlyMap<CommentNode, readonly TextRange[]>,
    sentinel: string,
  ) {
    for (const [comment, ranges] of comments) {
      const shown = redactComment(onDisk, comment, ranges, sentinel);
      if (!shown.includes(sentinel)) continue;
      const own = onDisk.text.slice(comment.start, comment.end);
      const others = this.#byShownText.get(shown);
      if (others === undefined) this.#byShownText.set(shown, [own]);
      else others.push(own);
    }
  }

  /** The next comment on disk that is shown like this, in the order of the text; `undefined` where none is left. */
  take(shown: string): string | undefined {
    return this.#byShownText.get(shown)?.shift();
  }
}
