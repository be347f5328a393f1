import type { FileChange } from "@durar/file-commit";
import type { Environment } from "@durar/secretref-schema";
import { throwReasons } from "../errors.ts";
import type { ApplyPlace } from "../types.ts";
import { documentsOf, envFilesOf, type Desk } from "./desk.ts";

/** A file as it was read; `undefined` where there was none. */
export interface ReadFile {
  readonly path: string;
  readonly original: string | undefined;
}

/** The environment as the drafts of the `.env` files have it. */
export function environmentOf(
  { envFiles }: Desk,
  { mergeEnvironment }: Pick<ApplyPlace, "mergeEnvironment">,
): Environment {
  const projected = envFiles.map((env) => env.project());
  throwReasons(
    "APPLY_REFUSED",
    projected.flatMap((result) => (result.ok ? [] : result.problems)),
  );
  return mergeEnvironment(projected.map((result) => (result.ok ? result.variables : {})));
}

/** The files that stay as they are, with what was read. */
export function unchangedBy(
  changes: readonly FileChange[],
  { documents, envFiles }: Desk,
): readonly ReadFile[] {
  const changed = new Set(changes.map(({ path }) => path));
  const read = [
    ...documents.map(({ draft: { file, original } }) => ({ path: file.path, original })),
    ...envFiles.map(({ path, original }) => ({ path, original })),
  ];
  return read.filter(({ path }) => !changed.has(path));
}

/** Every file that comes out different. */
export function changesOf(desk: Desk): readonly FileChange[] {
  const documents = documentsOf(desk).map((draft) => {
    const projected = draft.project();
    return { path: draft.file.path, expected: draft.original, projected };
  });
  const envFiles = envFilesOf(desk).map((env) => ({
    ...{ path: env.path, expected: env.original },
    projected: env.project(),
  }));
  const all = [...documents, ...envFiles];
  throwReasons(
    "APPLY_REFUSED",
    all.flatMap(({ projected }) => (projected.ok ? [] : projected.problems)),
  );
  return all.flatMap(({ path, expected, projected }) =>
    projected.ok && projected.text !== (expected ?? "") ? [{ path, expected, content: projected.text }] : [],
  );
}
