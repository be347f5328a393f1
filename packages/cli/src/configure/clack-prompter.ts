import { Writable } from "node:stream";
import type { ReadStream, WriteStream } from "node:tty";
import * as clack from "@clack/prompts";
import { Secret } from "@durar/secretref-schema";
import { CommandError } from "../command-error.ts";
import { painter, wantsColor, type Surroundings } from "../console.ts";
import { wrap } from "../command-line/wrap.ts";
import type { Choice, Prompter } from "./prompter.ts";

/** What stands left of every line. */
const GUIDE = 3;

/** Asks on the terminal of standard input and standard error, by `@clack/prompts`. */
export function clackPrompter(surroundings: Surroundings, color: boolean): Prompter {
  const { stdin: input, stderr: terminal } = process;
  // Over a slow line, the first byte of an arrow key may come alone, and would end everything as Escape does.
  clack.settings.aliases.delete("escape");
  measureByOutput(terminal);
  const onTerminal = { ...surroundings, stdoutIsTerminal: true };
  const output = color && wantsColor(onTerminal) ? terminal : uncoloured(terminal);
  const { signal } = surroundings;
  /** Asks one question; a prompt leaves its listener on its signal, so each gets a signal of its own. */
  const ask = async <Answer>(
    prompt: (common: { input: ReadStream; output: Writable; signal: AbortSignal }) => Promise<Answer>,
  ): Promise<Exclude<Answer, symbol>> => {
    const asking = new AbortController();
    const interrupt = (): void => asking.abort();
    if (signal?.aborted === true) interrupt();
    signal?.addEventListener("abort", interrupt);
    try {
      return answered(await prompt({ input, output, signal: asking.signal }));
    } finally {
      signal?.removeEventListener("abort", interrupt);
    }
  };
  const width = (terminal.columns || 80) - GUIDE;
  return {
    paint: painter(onTerminal, color),
    select: async (question, choices, initial) => {
      const options = optionsOf(choices);
      const initialValue = Math.max(
        choices.findIndex(({ value }) => value === initial),
        0,
      );
      const at = await ask((common) =>
        clack.select({ ...common, message: question, options, initialValue, showInstructions: false }),
      );
      return valueAt(choices, at);
    },
    multiselect: async (question, choices) => {
      const options = optionsOf(choices);
      const chosen = await ask((common) =>
        clack.autocompleteMultiselect({ ...common, message: question, options, filter: matches }),
      );
      return [...chosen].sort((one, other) => one - other).map((at) => valueAt(choices, at));
    },
    text: async (question, { initial, example, check } = {}) => {
      const answer = await ask((common) =>
        clack.text({
          ...common,
          message: question,
          ...(initial === undefined ? {} : { initialValue: initial }),
          ...(example === undefined ? {} : { placeholder: example }),
          validate: (text = "") => {
            const rule = check?.(text.trim());
            return rule === undefined ? undefined : wrap(rule, width).join(`\n${" ".repeat(GUIDE)}`);
          },
        }),
      );
      return answer.trim();
    },
    secret: async (question, check) => {
      const validate = (text = ""): string | undefined => check(text);
      return new Secret(
        await ask((common) => clack.password({ ...common, message: question, mask: "", validate })),
      );
    },
    confirm: (question) => ask((common) => clack.confirm({ ...common, message: question })),
    note: (text, mood = "plain") => {
      const lines = text.split("\n").flatMap((line) => wrap(line.trim(), width, /^ */.exec(line)?.[0]));
      logs[mood](lines.join("\n"), { output });
    },
    show: (text) => void output.write(`\n${text}`),
  };
}

const logs = {
  plain: clack.log.message,
  heading: clack.log.info,
  good: clack.log.success,
  warning: clack.log.warn,
} as const;

interface NumberedOption {
  readonly value: number;
  readonly label: string;
  readonly hint?: string;
}

function optionsOf(choices: readonly Choice<unknown>[]): NumberedOption[] {
  return choices.map(({ label, hint }, value) => ({ value, label, ...(hint === undefined ? {} : { hint }) }));
}

/** What is typed is looked for in what is seen, not in the number. */
function matches(search: string, { label = "", hint = "" }: Partial<NumberedOption>): boolean {
  return `${label} ${hint}`.toLowerCase().includes(search.trim().toLowerCase());
}

function valueAt<Value>(choices: readonly Choice<Value>[], at: number): Value {
  const choice = choices[at];
  if (choice === undefined) throw new RangeError("something was chosen that was not offered");
  return choice.value;
}

function answered<Answer>(answer: Answer): Exclude<Answer, symbol> {
  if (!clack.isCancel(answer)) return answer as Exclude<Answer, symbol>;
  throw new CommandError("INTERRUPTED", "interrupted", "run it again");
}

/** The prompts measure standard output wherever they are shown, and that may be a file. */
function measureByOutput(terminal: WriteStream): void {
  if (process.stdout.isTTY === true) return;
  Object.defineProperty(process.stdout, "columns", { configurable: true, get: () => terminal.columns });
}

const ESCAPE = "\u001b";
const COLOURS = new RegExp(`${ESCAPE}\\[[0-9;]*m`, "g");

/** The terminal, without whatever colours are written to it. */
function uncoloured(terminal: WriteStream): Writable {
  const output = new Writable({
    decodeStrings: false,
    write: (text: string | Buffer, _encoding, done) => {
      terminal.write(text.toString().replace(COLOURS, ""), () => done());
    },
  });
  return Object.defineProperties(output, {
    columns: { get: () => terminal.columns },
    rows: { get: () => terminal.rows },
  });
}
