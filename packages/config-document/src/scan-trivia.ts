import { ASTERISK, codeAt, endOfLine, isJsonWhiteSpace, isWhiteSpace, SLASH } from "./characters.ts";
import { fail, peek, type Cursor } from "./cursor.ts";
import type { CommentNode } from "./nodes.ts";

/** Moves the cursor over white space and comments, which it lists. */
export function skipTrivia(cursor: Cursor): void {
  for (;;) {
    const code = peek(cursor);
    if (isJsonWhiteSpace(code) || (!cursor.strict && isWhiteSpace(code))) cursor.offset++;
    else if (code !== SLASH) return;
    else {
      const comment = commentAt(cursor);
      if (comment === undefined) return;
      if (!(cursor.comments.length < cursor.maxComments)) fail("too-many-entries", comment.start);
      cursor.comments.push(comment);
      cursor.offset = comment.end;
    }
  }
}

function commentAt({ text, strict, offset: start }: Cursor): CommentNode | undefined {
  const second = codeAt(text, start + 1);
  if (second !== SLASH && second !== ASTERISK) return undefined;
  if (strict) fail("json-comment", start);
  if (second === ASTERISK) {
    const close = text.indexOf("*/", start + 2);
    if (close < 0) fail("unclosed-comment", start);
    return { type: "block-comment", start, end: close + 2 };
  }
  return { type: "line-comment", start, end: endOfLine(text, start) };
}
