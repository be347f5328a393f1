import type { FindingList } from "./finding-list.ts";
import type { KnownValues } from "./known-values.ts";
import type { NameRules } from "./types.ts";

/** What every scanner works with. */
export interface AuditContext {
  readonly names: NameRules;
  readonly findings: FindingList;
  /** Every credential that came to light, to be searched for in what cannot be parsed. */
  readonly known: KnownValues;
}
