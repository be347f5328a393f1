import type { EnvDraft } from "../drafts/env-draft.ts";
import type { ApplyWarning } from "../types.ts";
import type { MigratedValues } from "./migrated.ts";
import type { VariableReaders } from "./variable-readers.ts";

/**
 * Takes out the lines whose name is known for a migrated credential and whose value is that credential. One that
 * something still reads stays, and is told of.
 */
export function scrubEnvFiles(
  envFiles: readonly EnvDraft[],
  migrated: MigratedValues,
  readers: VariableReaders,
): ApplyWarning[] {
  const holding = envFiles.flatMap((env) =>
    env.untouched.flatMap(([index, { name, value, line }]) => {
      const held = migrated.of(value);
      const isKnown = held.some(({ variables }) => variables.has(name));
      return held.length === 0 ? [] : [{ env, index, name, line, isKnown }];
    }),
  );
  const namesOf = (known: boolean): string[] =>
    holding.filter(({ isKnown }) => isKnown === known).map(({ name }) => name);
  readers.weigh(namesOf(true));
  readers.weigh(namesOf(false));
  return holding.flatMap(({ env, index, name, line, isKnown }): ApplyWarning[] => {
    if (readers.reads(name))
      return [
        {
          code: "ENV_LINE_KEPT",
          message: `${name} stays: a ref, a command or a feature without a ref of its own reads it, or may`,
          ...{ file: env.path, line, path: name },
        },
      ];
    if (isKnown) env.remove(index);
    return [];
  });
}
