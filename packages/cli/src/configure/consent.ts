import type { Prompter } from "./prompter.ts";

/** Asks before something is done that is not easily undone; `--yes` has answered already. */
export async function consent(question: string, prompter: Prompter, yes: boolean): Promise<boolean> {
  return yes || prompter.confirm(question);
}
