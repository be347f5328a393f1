import { mkdir, rmdir, rmdirSync, stat, statSync, utimes, type BigIntStats } from "node:fs";
import { stat as look } from "node:fs/promises";

type Done = (error: Error | null) => void;

/** The directory that is a lock, and proper-lockfile's hands on it. */
export interface LockDirectory {
  /** What proper-lockfile is given in place of `node:fs`. It keeps a note of its own in it, so it is not frozen. */
  readonly fileSystem: Readonly<Record<string, unknown>>;
  /** Whether the directory is still the one that was made here. */
  isOwn(): Promise<boolean>;
}

/**
 * Stands between proper-lockfile and one lock. A process that was suspended may find that its lock was taken over;
 * left to itself, proper-lockfile would then remove the successor's lock when it releases its own or the process ends.
 * The lock is also made 0700, as nobody else has any business in it.
 */
export function createLockDirectory(path: string): LockDirectory {
  let own: BigIntStats | undefined;
  // An inode number can be used again at once, hence the time as well.
  const isSame = (now: BigIntStats): boolean =>
    own !== undefined && now.dev === own.dev && now.ino === own.ino && now.birthtimeNs === own.birthtimeNs;
  return {
    fileSystem: {
      stat,
      utimes,
      mkdir: (directory: string, done: Done) =>
        mkdir(directory, 0o700, (error) => {
          if (error !== null) return done(error);
          stat(directory, { bigint: true }, (failure, made) => {
            own = made;
            done(failure);
          });
        }),
      rmdir: (directory: string, done: Done) => {
        // Before there is one of ours, it is a dead owner's.
        if (own === undefined) return rmdir(directory, done);
        stat(directory, { bigint: true }, (error, now) =>
          error === null && isSame(now) ? rmdir(directory, done) : done(error),
        );
      },
      rmdirSync: (directory: string) => {
        if (isSame(statSync(directory, { bigint: true }))) rmdirSync(directory);
      },
    },
    isOwn: () => look(path, { bigint: true }).then(isSame, () => false),
  };
}
