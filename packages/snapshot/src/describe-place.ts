import { formatPath, type Path, type SurfaceStore } from "@durar/credential-surface";
import { printable } from "@durar/secretref-schema";

/** A path of a store as failures name it: bare in the config, with the store and its agent anywhere else. */
export function describePlace(store: SurfaceStore, path: Path): string {
  const text = formatPath(path);
  if (store.kind === "config") return text;
  const owner = store.agentId === undefined ? "" : ` of agent ${printable(store.agentId)}`;
  return `${text} in ${store.kind}${owner}`;
}
