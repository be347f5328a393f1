import { relative, sep } from "node:path";
import { printable } from "@durar/secretref-schema";
import type { FindingCode, Severity } from "./finding-codes.ts";
import type { AuditStore, Finding } from "./types.ts";

/** Where something stands in a file. */
export interface Position {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in code points. */
  readonly column: number;
}

/** What a scanner says of a finding; the list adds its id. */
export interface Draft extends Position {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly store: Pick<AuditStore, "path" | "agentId">;
  readonly path: string;
  /** Tells the findings of one path apart where there may be several: the variable that a template lacks. */
  readonly name?: string | undefined;
  readonly message: string;
  readonly hint: string;
  readonly provider?: string | undefined;
  readonly profileId?: string | undefined;
}

/** Collects findings, gives each its stable id (a hash of what it is about), and puts them in order. */
export class FindingList {
  readonly #root: string | undefined;
  readonly #findings: Omit<Finding, "id">[] = [];
  readonly #subjects: string[] = [];
  readonly #seen = new Map<string, number>();

  constructor(root: string | undefined) {
    this.#root = root;
  }

  add(draft: Draft): void {
    const { store, line, column, provider, profileId } = draft;
    this.#subjects.push(this.#subject(draft));
    this.#findings.push({
      code: draft.code,
      severity: draft.severity,
      file: store.path,
      line,
      column,
      path: draft.path,
      message: printable(draft.message),
      hint: printable(draft.hint),
      ...(provider === undefined ? {} : { provider }),
      ...(profileId === undefined ? {} : { profileId }),
      ...(store.agentId === undefined ? {} : { agentId: store.agentId }),
    });
  }

  /** By file in the order in which the files were given, then by position. */
  async sorted(files: readonly string[]): Promise<readonly Finding[]> {
    if (this.#findings.length === 0) return [];
    // Loaded only where there is something to name: it is a good part of an audit's start.
    const { hash } = await import("node:crypto");
    const order = new Map(files.map((file, index) => [file, index]));
    const rank = ({ file }: Finding): number => order.get(file) ?? files.length;
    return this.#findings
      .map((finding, index) => ({ id: hash("sha256", this.#subjects[index] ?? "").slice(0, 16), ...finding }))
      .sort((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column);
  }

  /**
   * What a finding is about; nothing in it depends on a value, a line, or the order of anything. A second finding
   * about the same gets the number two, and so on.
   */
  #subject({ code, store: { path: file, agentId = "" }, path, name }: Draft): string {
    const place = this.#root === undefined ? file : relative(this.#root, file).split(sep).join("/");
    const subject = JSON.stringify([code, place, agentId, path, ...(name === undefined ? [] : [name])]);
    const count = (this.#seen.get(subject) ?? 0) + 1;
    this.#seen.set(subject, count);
    return count === 1 ? subject : `${subject}#${count}`;
  }
}
