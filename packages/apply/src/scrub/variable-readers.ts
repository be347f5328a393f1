/** Knows which variables are read once a plan is applied, by name or by a feature that would miss them. */
export class VariableReaders {
  readonly #isNamed: (name: string) => boolean;
  readonly #areMissed: (names: ReadonlySet<string>) => boolean;
  readonly #needed = new Set<string>();
  #spared: ReadonlySet<string> = new Set();

  /**
   * @param isNamed whether something reads the variable of this name
   * @param areMissed whether something would come out differently without all of these variables
   */
  constructor(isNamed: (name: string) => boolean, areMissed: (names: ReadonlySet<string>) => boolean) {
    this.#isNamed = isNamed;
    this.#areMissed = areMissed;
  }

  /**
   * Finds those of some variables that are needed although nothing names them, if all others of them go, and those that
   * could go before: of two that one feature would take, the last has to stay.
   */
  weigh(names: Iterable<string>): void {
    this.#weigh([...new Set(names)].filter((name) => !this.reads(name)));
  }

  reads(name: string): boolean {
    return this.#isNamed(name) || this.#needed.has(name);
  }

  /** By halves, since each look goes over the whole surface, and hardly any variable is needed. */
  #weigh(names: readonly string[]): void {
    const [first, ...others] = names;
    if (first === undefined) return;
    const gone = new Set([...this.#spared, ...names]);
    if (!this.#areMissed(gone)) this.#spared = gone;
    else if (others.length === 0) this.#needed.add(first);
    else {
      const half = names.length >> 1;
      this.#weigh(names.slice(0, half));
      this.#weigh(names.slice(half));
    }
  }
}
