/** Counts choices, and answers the one made most often; of several the one made first. */
export class Majority<Choice> {
  // Made when needed: there are many of these, and most count nothing.
  #counts: Map<Choice, number> | undefined;

  add(choice: Choice): void {
    this.#counts ??= new Map();
    this.#counts.set(choice, (this.#counts.get(choice) ?? 0) + 1);
  }

  get winner(): Choice | undefined {
    let winner: Choice | undefined;
    let most = 0;
    for (const [choice, count] of this.#counts ?? [])
      if (count > most) {
        winner = choice;
        most = count;
      }
    return winner;
  }
}
