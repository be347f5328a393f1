import type { EnvDraft } from "../drafts/env-draft.ts";
import type { ApplyWarning } from "../types.ts";
import type { Migrated } from "./migrated.ts";

/**
 * Takes out the lines whose name is known for a migrated credential and whose value is that credential. One that
 * something still reads stays, and is told of.
 *
 * @param isRead whether something reads a variable once the plan is applied
 */
export function scrubEnvFiles(
  envFiles: readonly EnvDraft[],
  migrated: readonly Migrated[],
  isRead: (name: string) => boolean,
): ApplyWarning[] {
  const kept: ApplyWarning[] = [];
  for (const env of envFiles)
    for (const [index, { name, value, line }] of env.untouched) {
      const holding = migrated.filter((one) => one.value === value);
      if (holding.length === 0) continue;
      const stays = isRead(name);
      if (!stays && holding.some(({ variables }) => variables.has(name))) env.remove(index);
      if (stays)
        kept.push({
          code: "ENV_LINE_KEPT",
          message: `${name} stays: a ref, a command or a feature without a ref of its own reads it`,
          ...{ file: env.path, line, path: name },
        });
    }
  return kept;
}
