import { formatPath, type SurfaceStore } from "@durar/credential-surface";
import type { Secret } from "@durar/secretref-schema";
import { secretInUse } from "./secret-in-use.ts";
import type { PreparedEntry } from "./types.ts";

/** Which document a path is of. */
export interface StoreOwner {
  readonly agentId?: string | undefined;
  /** The kind of store. @default `config`; with an agent, the only store that agent has */
  readonly store?: string | undefined;
}

/** A document and its secrets by path. */
interface Shelf {
  readonly store: SurfaceStore;
  readonly secrets: Map<string, Secret>;
}

/** The secrets in use, by document and path: resolved once, looked up ever after. */
export class SecretTable {
  /** By agent and kind. A kind of `undefined` is the only document; several that fit are none. */
  readonly #shelves = new Map<string | undefined, Map<string | undefined, Shelf | undefined>>();
  readonly #config: ReadonlyMap<string, Secret>;

  constructor(stores: readonly SurfaceStore[], entries: readonly PreparedEntry[]) {
    const secretsOf = new Map(stores.map((store) => [store, new Map<string, Secret>()]));
    for (const entry of entries) {
      const secret = secretInUse(entry);
      if (secret !== undefined) secretsOf.get(entry.place.store)?.set(formatPath(entry.place.path), secret);
    }
    for (const [store, secrets] of secretsOf) this.#put({ store, secrets });
    this.#config = this.#shelfOf({})?.secrets ?? new Map<string, Secret>();
  }

  get(path: string, owner: StoreOwner | undefined): Secret | undefined {
    return owner === undefined ? this.#config.get(path) : this.#shelfOf(owner)?.secrets.get(path);
  }

  /** The one document that is meant; `undefined` where there is none, or more than one. */
  storeOf(owner: StoreOwner): SurfaceStore | undefined {
    return this.#shelfOf(owner)?.store;
  }

  #put(shelf: Shelf): void {
    const { agentId, kind } = shelf.store;
    const shelves = this.#shelves.get(agentId) ?? new Map<string | undefined, Shelf | undefined>();
    this.#shelves.set(agentId, shelves);
    for (const key of [kind, undefined]) shelves.set(key, shelves.has(key) ? undefined : shelf);
  }

  #shelfOf({ agentId, store }: StoreOwner): Shelf | undefined {
    const kind = store ?? (agentId === undefined ? "config" : undefined);
    return this.#shelves.get(agentId)?.get(kind);
  }
}
