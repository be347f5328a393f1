import { createHash } from "node:crypto";
import { relative } from "node:path";
import { printable } from "@durar/secretref-schema";
import type { FindingCode, Severity } from "./finding-codes.ts";
import type { AuditStore, Finding } from "./types.ts";

/** Where something stands in a file. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What a scanner says of a finding; the list adds its id. */
export interface Draft extends Position {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly store: Pick<AuditStore, "path" | "agentId">;
  readonly path: string;
  readonly message: string;
  readonly hint: string;
  readonly provider?: string | undefined;
  readonly profileId?: string | undefined;
}

/** Collects findings, gives each its stable id, and puts them in order. */
export class FindingList {
  readonly #root: string | undefined;
  readonly #findings: Finding[] = [];
  readonly #seen = new Map<string, number>();

  constructor(root: string | undefined) {
    this.#root = root;
  }

  add({ store, provider, profileId, ...draft }: Draft): void {
    this.#findings.push({
      id: this.#id(draft.code, store, draft.path),
      code: draft.code,
      severity: draft.severity,
      file: store.path,
      line: draft.line,
      column: draft.column,
      path: draft.path,
      message: printable(draft.message),
      hint: printable(draft.hint),
      ...(provider === undefined ? {} : { provider }),
      ...(profileId === undefined ? {} : { profileId }),
      ...(store.agentId === undefined ? {} : { agentId: store.agentId }),
    });
  }

  /** By file in the order in which the files were given, then by position. */
  sorted(files: readonly string[]): readonly Finding[] {
    const order = new Map(files.map((file, index) => [file, index]));
    const rank = ({ file }: Finding): number => order.get(file) ?? files.length;
    return this.#findings.sort((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column);
  }

  /** A hash of what the finding is about. A second finding about the same gets the number two, and so on. */
  #id(code: string, { path: file, agentId = "" }: Draft["store"], path: string): string {
    const name = this.#root === undefined ? file : relative(this.#root, file);
    const key = JSON.stringify([code, name, agentId, path]);
    const count = (this.#seen.get(key) ?? 0) + 1;
    this.#seen.set(key, count);
    const hash = createHash("sha256").update(count === 1 ? key : `${key}#${count}`);
    return hash.digest("hex").slice(0, 16);
  }
}
