import {
  expandHome,
  type DurarError,
  type Environment,
  type FileProviderConfig,
} from "@durar/secretref-schema";
import type { Contract } from "../contract/read-contract.ts";
import { documentsOf, envFilesOf, type Desk } from "../drafts/desk.ts";
import { realPath } from "../drafts/real-path.ts";
import { throwReasons } from "../errors.ts";
import { fileDestination, type FileDestination } from "./file-destination.ts";
import { moveToEnv } from "./move-to-env.ts";
import { movesOf, unusable, type Move } from "./moves.ts";

/** What is to be added where, besides what drafts hold. */
export interface PlannedMoves {
  readonly moves: readonly Move[];
  readonly destinations: readonly FileDestination[];
}

interface MoveContext {
  /** The merged environment as it is now. */
  readonly environment: Environment;
  readonly signal: AbortSignal | undefined;
}

/**
 * Plans every move: values for variables become changes of the drafts, values for files a destination each.
 *
 * @throws ApplyError `APPLY_REFUSED` with every value that cannot be moved
 */
export async function planMoves(contract: Contract, desk: Desk, context: MoveContext): Promise<PlannedMoves> {
  const { moves, problems: opposed } = movesOf(contract);
  const problems: DurarError[] = [...opposed];
  problems.push(
    ...moveToEnv(
      moves.filter(({ ref }) => ref.source === "env"),
      desk.envFiles,
      context.environment,
    ),
  );
  const destinations: FileDestination[] = [];
  const stores = new Set(filesOf(desk).map(realPath));
  for (const [path, group] of byFile(moves, context, problems)) {
    if (stores.has(realPath(path))) {
      problems.push(...group.moves.map((move) => unusable(move, `${path} is a store itself`)));
      continue;
    }
    const result = await fileDestination(path, group.config, group.moves, context.signal);
    context.signal?.throwIfAborted();
    if (!result.ok) problems.push(...result.problems);
    else if (result.destination.edits.length > 0) destinations.push(result.destination);
  }
  throwReasons("APPLY_REFUSED", problems);
  return { moves, destinations };
}

interface FileGroup {
  readonly config: FileProviderConfig;
  readonly moves: Move[];
}

/** The moves of each file. Two aliases of one file are one file. */
function byFile(
  moves: readonly Move[],
  { environment }: MoveContext,
  problems: DurarError[],
): ReadonlyMap<string, FileGroup> {
  const groups = new Map<string, FileGroup>();
  for (const move of moves) {
    const { config } = move;
    if (config.source !== "file") continue;
    const path = expandHome(config.path, undefined, environment);
    if (path === undefined)
      problems.push(unusable(move, `the home directory for ${config.path} is not known`, "set HOME"));
    else {
      const group = groups.get(path);
      if (group === undefined) groups.set(path, { config, moves: [move] });
      else group.moves.push(move);
    }
  }
  return groups;
}

function filesOf(desk: Desk): readonly string[] {
  return [...documentsOf(desk).map(({ file }) => file.path), ...envFilesOf(desk).map(({ path }) => path)];
}
