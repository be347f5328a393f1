import type { Activity, SurfaceStore } from "@durar/credential-surface";
import { describePlace } from "./describe-place.ts";
import { SnapshotError } from "./errors.ts";
import { frozenData } from "./plain-data.ts";

/**
 * A document that nothing can change. Printed or written as JSON it shows which one it is and no content: warnings and
 * entries hold their document, and are printed.
 */
export class FrozenStore implements SurfaceStore {
  readonly kind: string;
  readonly agentId: string | undefined;
  readonly activity: Activity | undefined;
  readonly #value: unknown;

  /** @throws SnapshotError `SNAPSHOT_CONTRACT_BROKEN` for what is no plain data */
  constructor({ kind, agentId, activity, value }: SurfaceStore) {
    this.kind = kind;
    this.agentId = agentId;
    this.activity = activity && Object.freeze({ ...activity });
    this.#value = frozenData(value, (path, found) => {
      const where = path.length === 0 ? kind : describePlace({ kind, agentId, value }, path);
      throw new SnapshotError("SNAPSHOT_CONTRACT_BROKEN", `${where} holds ${found}, which is no plain data`);
    });
    Object.freeze(this);
  }

  get value(): unknown {
    return this.#value;
  }
}
