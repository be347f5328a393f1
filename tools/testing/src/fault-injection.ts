import { fileURLToPath } from "node:url";

/** What befalls a process at its steps, each of which changes the file system: 1 is the first. */
export interface Fault {
  /** It dies just before this step. */
  readonly kill?: number;
  /** It is stopped just before this step, and says `stopped` on standard error. */
  readonly stop?: number;
  /** These steps fail (EIO). */
  readonly fail?: readonly number[];
  /** This step and all that follow fail. */
  readonly failFrom?: number;
}

/** The variable in which a process that is started with {@link faultsPreload} finds its {@link Fault}, as JSON. */
export const FAULT_VARIABLE = "FAULT";

/** What a program is started with (`node --require`) so that faults befall its changes of the file system. */
export const faultsPreload: string = fileURLToPath(new URL("faults.cjs", import.meta.url));
