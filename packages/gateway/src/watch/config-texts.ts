/**
 * Which text of the configuration is in force and which are on their way, so that a file that changed on disk can be told
 * from one that this process wrote itself.
 */
export class ConfigTexts {
  #atWork: string | undefined;
  #active: string | undefined;
  #written: string | undefined;

  /** A job has begun that is about this text. */
  begun(text: string): void {
    this.#atWork = text;
  }

  /** This process is about to write it; `undefined` where that failed. */
  writing(text: string | undefined): void {
    this.#written = text;
  }

  /** What the job at work is about has come into force. */
  activated(): void {
    this.#active = this.#atWork;
    this.#written = undefined;
  }

  isActive(text: string): boolean {
    return text === this.#active;
  }

  /** Whether this process has written it and it is about to come into force. */
  isOnItsWay(text: string): boolean {
    return text === this.#written;
  }
}
