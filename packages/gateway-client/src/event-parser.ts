/** What a stretch of an event stream came to. */
export interface ParsedStretch {
  /** The data of each event that is complete, its lines joined by line feeds. */
  readonly data: readonly string[];
  /** Whether a line has ended, be it of an event or a comment. */
  readonly lineEnded: boolean;
}

/** Parses a stream of server-sent events, stretch by stretch, wherever it is cut. */
export interface EventParser {
  /** Answers what the stretch completes; `undefined` once an event is longer than the limit. */
  push(text: string): ParsedStretch | undefined;
}

/**
 * Makes a parser as the HTML standard describes it, of which it keeps the data alone: a gateway repeats an event's
 * code and number there. The limit is in UTF-16 units, for all the lines of an event together.
 */
export function createEventParser(limit: number): EventParser {
  let line = "";
  let afterReturn = false;
  let data: string[] = [];
  let length = 0;

  function endLine(): string | undefined {
    const ended = line;
    line = "";
    if (ended === "") {
      const event = data.length === 0 ? undefined : data.join("\n");
      data = [];
      length = 0;
      return event;
    }
    const [, name, value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(ended) ?? [];
    if (name === "data") {
      data.push(value);
      length += ended.length;
    }
    return undefined;
  }

  return {
    push(text) {
      // A return at the end of one stretch and a line feed at the start of the next end one line.
      const rest = afterReturn && text.startsWith("\n") ? text.slice(1) : text;
      if (text !== "") afterReturn = text.endsWith("\r");
      const [first = "", ...pieces] = rest.split(/\r\n|[\r\n]/);
      const events: string[] = [];
      line += first;
      for (const piece of pieces) {
        if (length + line.length > limit) return undefined;
        const event = endLine();
        if (event !== undefined) events.push(event);
        line = piece;
      }
      return length + line.length > limit ? undefined : { data: events, lineEnded: pieces.length > 0 };
    },
  };
}
