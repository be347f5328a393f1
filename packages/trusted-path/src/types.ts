import type { FileHandle } from "node:fs/promises";

/**
 * What the path is for; it decides who may read the file.
 * - `secret-file`: not readable by others, nor by a group, but for a root-owned file of group 0 or of one of the process's groups.
 * - `command`: a regular file that the process may execute.
 * - `private-file`: readable by its owner alone, as a journal is.
 * - `plan`: may be readable by everyone.
 * None may be writable by anyone but its owner.
 */
export type PathPurpose = "secret-file" | "command" | "private-file" | "plan";

/** How strictly a path is judged. */
export interface TrustOptions {
  readonly purpose: PathPurpose;
  /** Skips ownership and permission checks; the rest (kind of file, trusted directories, links) still holds. @default false */
  readonly allowInsecure?: boolean;
  /** Accepts a symbolic link as the last component, and Kubernetes' `..data` with it. @default false */
  readonly allowSymlink?: boolean;
  /**
   * Absolute directories; the real path must lie inside the real path of one of them, so an empty list trusts no path.
   * At and below one, directories may be group-writable or owned by its owner, and a secret file of root's may be
   * readable by everyone. @default anywhere, and none of these relaxations
   */
  readonly trustedDirs?: readonly string[] | undefined;
  /** Aborting it rejects the call with the signal's reason. The package sets no deadline of its own. */
  readonly signal?: AbortSignal | undefined;
}

/** What the judged file was, to be compared with what is opened. */
export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
  readonly owner: bigint;
  readonly group: bigint;
  /** Type and permission bits, as `stat` gives them. */
  readonly mode: bigint;
}

/** The rule that a refused path breaks. The set is closed. */
export type TrustRule =
  | "not-absolute"
  | "missing"
  | "unreadable"
  | "not-regular"
  | "too-many-links"
  | "symlink"
  | "owner"
  | "writable-by-others"
  | "readable-by-others"
  | "outside-trusted-dirs"
  | "not-executable"
  | "changed"
  | "unverifiable";

/** Why a path is refused. No field holds file content. */
export interface TrustRefusal {
  readonly trusted: false;
  readonly rule: TrustRule;
  /** The component that breaks the rule: a file, a directory on the way or a link. */
  readonly component: string;
  /** One line: the component and what is wrong with it. */
  readonly message: string;
  /** One line: the `chmod`, `chown` or option that would mend it. */
  readonly remedy: string;
}

/** A path that may be used. */
export interface TrustApproval {
  readonly trusted: true;
  /** Where the path really leads, all links followed. */
  readonly realPath: string;
  readonly identity: FileIdentity;
}

/** Whether a path may be used, and if not, why. */
export type TrustVerdict = TrustApproval | TrustRefusal;

/** A trusted path with an open descriptor that was compared with what was judged. Close the file. */
export type OpenedVerdict = (TrustApproval & { readonly file: FileHandle }) | TrustRefusal;
