/** A copy of a content as bytes, so that the caller may go on using its own. Text becomes UTF-8. */
export function bytesOf(content: string | Uint8Array): Buffer {
  return typeof content === "string" ? Buffer.from(content) : Buffer.from(content);
}
