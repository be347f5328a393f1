import { dirname } from "node:path";
import { quotePath } from "./quote.ts";
import type { PathPurpose, TrustRefusal, TrustRule } from "./types.ts";

function refusal(rule: TrustRule, component: string, message: string, remedy: string): TrustRefusal {
  return Object.freeze({ trusted: false, rule, component, message, remedy });
}

/** Only providers have options; a plan or a journal has none. */
function isProviders(purpose: PathPurpose): boolean {
  return purpose === "secret-file" || purpose === "command";
}

function orTrust(remedy: string, directory: string, purpose: PathPurpose): string {
  return isProviders(purpose) ? `${remedy}, or add ${quotePath(directory)} to trustedDirs` : remedy;
}

function octal(mode: bigint): string {
  return (mode & 0o7777n).toString(8).padStart(4, "0");
}

export function notAbsolute(path: string): TrustRefusal {
  return refusal(
    "not-absolute",
    path,
    `${quotePath(path)} is not an absolute path`,
    "give a path that starts at the root, without NUL characters",
  );
}

export function missing(component: string): TrustRefusal {
  const shown = quotePath(component);
  return refusal("missing", component, `${shown} does not exist`, `create ${shown}, or correct the path`);
}

export function notADirectory(component: string): TrustRefusal {
  const shown = quotePath(component);
  return refusal(
    "missing",
    component,
    `${shown} is not a directory, so there is nothing below it`,
    "correct the path",
  );
}

/** The operating system refuses to look at, or to open, the component. */
export function unreadable(component: string, code: string | undefined, user: bigint): TrustRefusal {
  const shown = quotePath(component);
  const remedy =
    code === "EACCES" || code === "EPERM"
      ? `let user ${user} read ${shown}, and enter the directories above it`
      : `look at ${shown} with ls -ld`;
  return refusal("unreadable", component, `${shown} cannot be read (${code ?? "unknown error"})`, remedy);
}

export function notRegular(component: string, kind: string): TrustRefusal {
  return refusal(
    "not-regular",
    component,
    `${quotePath(component)} is a ${kind}, not a regular file`,
    "name a regular file",
  );
}

export function tooManyLinks(component: string, limit: number): TrustRefusal {
  const shown = quotePath(component);
  return refusal(
    "too-many-links",
    component,
    `${shown} is symbolic link number ${limit + 1} on the way; at most ${limit} are followed`,
    `correct ${shown} where it leads in a circle, or name the file it leads to`,
  );
}

export function symlink(component: string, purpose: PathPurpose): TrustRefusal {
  const option = purpose === "command" ? "allowSymlinkCommand" : "allowSymlinkPath";
  return refusal(
    "symlink",
    component,
    `${quotePath(component)} is a symbolic link`,
    isProviders(purpose) ? `set ${option}: true on this provider` : "name the file it leads to",
  );
}

/** Someone who is neither root nor this process's user owns a directory on the way. */
export function directoryOwner(
  component: string,
  owner: bigint,
  user: bigint,
  purpose: PathPurpose,
): TrustRefusal {
  return refusal(
    "owner",
    component,
    `${quotePath(component)} is owned by user ${owner}, neither root nor the current user (${user})`,
    orTrust(`chown root ${quotePath(component)}`, component, purpose),
  );
}

/** Someone who is neither root nor this process's user owns the file. */
export function fileOwner(
  component: string,
  owner: bigint,
  user: bigint,
  purpose: PathPurpose,
): TrustRefusal {
  const shown = quotePath(component);
  // A secret of root's would be closed to another user; a command would not.
  const owners = purpose === "command" || user === 0n ? "root" : String(user);
  return refusal(
    "owner",
    component,
    `${shown} is owned by user ${owner}, neither root nor the current user (${user})`,
    `chown ${owners} ${shown}`,
  );
}

/** Everyone may write to a sticky directory, and this entry of it belongs to someone else. */
export function entryOwner(component: string, owner: bigint, user: bigint): TrustRefusal {
  const shown = quotePath(component);
  return refusal(
    "owner",
    component,
    `${shown} lies in a directory that others may write to and is owned by user ${owner}, neither root nor the current user (${user})`,
    `chown -h ${user === 0n ? "root" : user} ${shown}, or use a directory of your own`,
  );
}

export function directoryWritable(component: string, mode: bigint, purpose: PathPurpose): TrustRefusal {
  const shown = quotePath(component);
  const everyone = (mode & 0o002n) !== 0n;
  const remedy = `chmod ${everyone ? "go-w" : "g-w"} ${shown}`;
  return refusal(
    "writable-by-others",
    component,
    `${shown} is a directory that ${everyone ? "everyone" : "its group"} may write to (mode ${octal(mode)})`,
    everyone ? remedy : orTrust(remedy, component, purpose),
  );
}

export function fileWritable(component: string, mode: bigint): TrustRefusal {
  const shown = quotePath(component);
  const everyone = (mode & 0o002n) !== 0n;
  return refusal(
    "writable-by-others",
    component,
    `${shown} may be written by ${everyone ? "everyone" : "its group"} (mode ${octal(mode)})`,
    `chmod go-w ${shown}`,
  );
}

export function fileReadable(
  component: string,
  mode: bigint,
  owner: bigint,
  purpose: PathPurpose,
): TrustRefusal {
  const shown = quotePath(component);
  const remedy = `chmod 600 ${shown}`;
  return refusal(
    "readable-by-others",
    component,
    `${shown} may be read by ${(mode & 0o004n) === 0n ? "its group" : "everyone"} (mode ${octal(mode)})`,
    // Mounted secrets are root's and cannot be changed; a trusted directory is what they need.
    owner === 0n && purpose === "secret-file" ? orTrust(remedy, dirname(component), purpose) : remedy,
  );
}

export function outsideTrustedDirs(realPath: string): TrustRefusal {
  return refusal(
    "outside-trusted-dirs",
    realPath,
    `${quotePath(realPath)} is in none of the trustedDirs`,
    `add ${quotePath(dirname(realPath))} to trustedDirs, or use a file inside one of them`,
  );
}

export function notExecutable(component: string): TrustRefusal {
  const shown = quotePath(component);
  return refusal(
    "not-executable",
    component,
    `${shown} may not be executed by this process`,
    `chmod +x ${shown}, on a file system that is not mounted noexec`,
  );
}

export function changed(path: string): TrustRefusal {
  return refusal(
    "changed",
    path,
    `${quotePath(path)} kept changing while it was checked`,
    "try again when nothing replaces it",
  );
}

export function unverifiable(path: string, purpose: PathPurpose): TrustRefusal {
  return refusal(
    "unverifiable",
    path,
    `the ownership of ${quotePath(path)} cannot be verified on Windows`,
    isProviders(purpose)
      ? "set allowInsecurePath: true on this provider, for a path you trust"
      : "use a system with POSIX permissions",
  );
}
