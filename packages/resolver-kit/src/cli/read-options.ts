import { parseArgs } from "node:util";
import { UsageError } from "./usage-error.ts";

/** An option of the command line. */
export interface LineOption {
  /** What its value is called in help; none for a switch. */
  readonly value?: string;
  readonly required?: true;
  /** May be given several times. */
  readonly repeated?: true;
  /** In place of an option that is left out. */
  readonly fallback?: string;
  /** The only values it takes. */
  readonly choices?: readonly string[];
  /** One line for help. */
  readonly what: string;
}

/** What stood on a command line. */
export interface ReadLine {
  readonly values: Readonly<Record<string, readonly string[]>>;
  readonly switches: ReadonlySet<string>;
  /** What stands behind `--`. */
  readonly rest: readonly string[];
}

/** Reads options, and what stands behind `--`. @throws UsageError */
export function readOptions(
  args: readonly string[],
  options: Readonly<Record<string, LineOption>>,
): ReadLine {
  const split = args.indexOf("--");
  const own = split === -1 ? args : args.slice(0, split);
  const { tokens } = parseArgs({
    args: [...own],
    options: Object.fromEntries(
      Object.entries(options).map(([name, { value }]) => [
        name,
        { type: value === undefined ? ("boolean" as const) : ("string" as const) },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string[]>();
  const switches = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== "option") throw new UsageError("a word stands where an option is expected");
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) throw new UsageError("there is no such option");
    if (option.value === undefined) {
      if (token.value !== undefined) throw new UsageError(`--${token.name} takes no value`);
      switches.add(token.name);
      continue;
    }
    const { value } = token;
    if (value === undefined || value === "") throw new UsageError(`--${token.name} needs a ${option.value}`);
    if (option.choices?.includes(value) === false)
      throw new UsageError(`--${token.name} must be ${option.choices.join(" or ")}`);
    const given = values.get(token.name) ?? [];
    if (given.length > 0 && option.repeated !== true)
      throw new UsageError(`--${token.name} is given more than once`);
    values.set(token.name, [...given, value]);
  }
  for (const [name, { required, fallback, value = "" }] of Object.entries(options)) {
    if (values.has(name)) continue;
    if (required === true) throw new UsageError(`--${name} ${value} is missing`);
    if (fallback !== undefined) values.set(name, [fallback]);
  }
  return { values: Object.fromEntries(values), switches, rest: split === -1 ? [] : args.slice(split + 1) };
}

/** The whole number that an option was given, or `undefined`. @throws UsageError */
export function wholeNumber({ values }: ReadLine, name: string): number | undefined {
  const [text] = values[name] ?? [];
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${name} must be a whole number`);
  return Number(text);
}

/** Options as help shows them, one a line. */
export function describeOptions(options: Readonly<Record<string, LineOption>>): string {
  const rows = Object.entries(options).map(([name, option]): [string, string] => {
    const { value, what, choices, fallback, required } = option;
    const notes = [
      required === true && "required",
      choices !== undefined && choices.join(" or "),
      fallback !== undefined && `default ${fallback}`,
    ].filter((note) => note !== false);
    return [
      `--${name}${value === undefined ? "" : ` ${value}`}`,
      `${what}${notes.length === 0 ? "" : ` (${notes.join("; ")})`}`,
    ];
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join("");
}
