import { inspect } from "node:util";
import {
  formatPath,
  type Path,
  type SettledGroup,
  type SurfaceStore,
  type SurfaceWarning,
} from "@durar/credential-surface";
import type { Environment, Secret } from "@durar/secretref-schema";
import type { Inputs } from "./inputs.ts";
import { fillIn } from "./fill-in.ts";
import type { Preparation, PreparedEntry } from "./types.ts";
import type { SecretTable, StoreOwner } from "./secret-table.ts";

/** Which candidate of a group of alternatives is in use; `undefined` where none is. */
export type GroupWinner = Readonly<Pick<SettledGroup, "id" | "winner">>;

/** Which snapshot it is, and since when. */
export interface Activated {
  /** Counts from 1. */
  readonly generation: number;
  /** When it was complete, in milliseconds since 1970 UTC; it came into force once what goes along with it was ready. */
  readonly activatedAt: number;
}

/**
 * The secrets of a server as they were when it activated them. It never changes: whoever holds one reads one consistent
 * state for as long as they hold it. Printed or written as JSON it shows its generation and no content.
 */
export class Snapshot {
  readonly generation: number;
  readonly activatedAt: number;
  // What holds content is private, so that whoever spreads or lists a snapshot copies none of it.
  readonly #inputs: Inputs;
  readonly #preparation: Preparation;
  readonly #groups: readonly GroupWinner[];
  readonly #secrets: SecretTable;

  constructor(
    inputs: Inputs,
    preparation: Preparation,
    secrets: SecretTable,
    { generation, activatedAt }: Activated,
  ) {
    this.generation = generation;
    this.activatedAt = activatedAt;
    this.#inputs = inputs;
    this.#preparation = preparation;
    this.#groups = Object.freeze(preparation.groups.map(({ id, winner }) => Object.freeze({ id, winner })));
    this.#secrets = secrets;
    Object.freeze(this);
  }

  /** The documents as they were read, refs intact; frozen. A store shows its content by its `value` alone. */
  get stores(): readonly SurfaceStore[] {
    return this.#inputs.stores;
  }

  /** The environment it was made with, secrets and all; `undefined` where none was given. */
  get environment(): Environment | undefined {
    return this.#inputs.environment;
  }

  /** Every credential field that was found, whether it is in use and why, and what it came to. Holds plaintext as read. */
  get entries(): readonly PreparedEntry[] {
    return this.#preparation.entries;
  }

  /** Which candidate each group of alternatives came to. */
  get groups(): readonly GroupWinner[] {
    return this.#groups;
  }

  /** What the operator should know and what blocks nothing. */
  get warnings(): readonly SurfaceWarning[] {
    return this.#preparation.warnings;
  }

  /** How many distinct refs were asked for. */
  get refsChecked(): number {
    return this.#preparation.refsChecked;
  }

  /** The configuration as it was read, refs intact; frozen. */
  get config(): unknown {
    return this.#inputs.stores.find(({ kind }) => kind === "config")?.value;
  }

  /**
   * The secret of a credential field that is in use: resolved, or plaintext as it stands. A look-up in a map; no copy is
   * made and nothing is waited for. `undefined` where the field is absent, empty or not in use.
   *
   * @param path as `formatPath` writes it, such as `channels.telegram.accounts["a.b"].botToken`, or its segments
   */
  read(path: string | Path, owner?: StoreOwner): Secret | undefined {
    const text = typeof path === "string" ? path : formatPath(path);
    return this.#secrets.get(text, owner);
  }

  /**
   * A plain, detached copy of what stands at a path, its secrets filled in: for handing to one consumer. Credential
   * fields that are empty or not in use are left out. `undefined` where nothing stands there.
   *
   * @param path segments; the whole document for none
   */
  materialize(path: Path, owner: StoreOwner = {}): unknown {
    const store = this.#secrets.storeOf(owner);
    if (store === undefined) return undefined;
    const entries = this.#preparation.entries.filter(({ place }) => place.store === store);
    return fillIn(store.value, path, entries);
  }

  /** The generation and the time, and no content. */
  toJSON(): Activated {
    const { generation, activatedAt } = this;
    return { generation, activatedAt };
  }

  [inspect.custom](): string {
    return `[snapshot, generation ${this.generation}]`;
  }
}
