import { formatPath, type Path } from "@durar/credential-surface";
import type { Draft } from "./finding-list.ts";
import type { LoadedDocument } from "./load-store.ts";

/** Where in a document a finding is: its store, its path in text form, and its position. */
export function whereIn(
  { store, locate }: LoadedDocument,
  path: Path,
): Pick<Draft, "store" | "path" | "line" | "column"> {
  return { store, path: formatPath(path), ...locate(path) };
}
