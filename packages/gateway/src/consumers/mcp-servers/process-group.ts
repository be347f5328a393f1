import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { McpLaunch } from "./mcp-launch.ts";

/** Milliseconds that a group has at each step of its end. Together less than what the gateway gives its consumers. */
export interface EndSteps {
  /** After its standard input was closed. @default 1500 */
  readonly inputMs: number;
  /** After SIGTERM. @default 1500 */
  readonly terminateMs: number;
  /** After SIGKILL: for the system to clear away what is left. @default 500 */
  readonly killMs: number;
}

export const END_STEPS: EndSteps = Object.freeze({ inputMs: 1_500, terminateMs: 1_500, killMs: 500 });

/** Between two looks at whether somebody of a group is left. */
const LOOK_MS = 20;

/**
 * A process with all that it starts, as far as that stays in its group: what ends is the whole group, so that a wrapper
 * such as `npx` leaves nothing behind.
 */
export class ProcessGroup {
  readonly child: ChildProcessWithoutNullStreams;
  readonly pid: number;
  readonly #steps: EndSteps;
  #ending: Promise<void> | undefined;

  private constructor(child: ChildProcessWithoutNullStreams, pid: number, steps: EndSteps) {
    this.child = child;
    this.pid = pid;
    this.#steps = steps;
  }

  /**
   * Starts a process, without a shell. What it says on standard error is read and dropped.
   *
   * @throws whatever Node says, which quotes arguments and variables: it must not be shown
   */
  static async start(
    { command, args, env, cwd }: McpLaunch,
    steps: EndSteps = END_STEPS,
  ): Promise<ProcessGroup> {
    const child = spawn(command, args, { cwd, env, detached: true, stdio: "pipe" });
    // There is no stream before: where no more files can be opened, none at all.
    await once(child, "spawn");
    // A server that is gone does not read, and no stream of its own may end the gateway.
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on("error", () => undefined);
    child.stderr.resume();
    child.on("error", () => undefined);
    return new ProcessGroup(child, child.pid ?? 0, steps);
  }

  /** Whether the process itself has ended. */
  get hasExited(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Ends all of it: first by the end of its input, then by SIGTERM, then by SIGKILL. Rejects with nothing. */
  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    const { inputMs, terminateMs, killMs } = this.#steps;
    this.child.stdin.end();
    if (await this.#isGoneWithin(this.hasExited ? 0 : inputMs)) return this.#letGo();
    this.#signal("SIGTERM");
    if (await this.#isGoneWithin(terminateMs)) return this.#letGo();
    this.#signal("SIGKILL");
    await this.#isGoneWithin(killMs);
    this.#letGo();
  }

  async #isGoneWithin(ms: number): Promise<boolean> {
    const until = performance.now() + ms;
    while (this.#signal(0)) {
      if (performance.now() >= until) return false;
      await sleep(LOOK_MS);
    }
    return true;
  }

  /** @returns whether anybody is left in the group */
  #signal(signal: NodeJS.Signals | 0): boolean {
    try {
      return process.kill(-this.pid, signal);
    } catch {
      return false;
    }
  }

  /** Whoever has left the group may hold its pipes open. */
  #letGo(): void {
    for (const stream of [this.child.stdin, this.child.stdout, this.child.stderr]) stream.destroy();
  }
}
