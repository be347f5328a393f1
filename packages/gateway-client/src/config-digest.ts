import { createHmac } from "node:crypto";
import { formatJsonPointer } from "@durar/secretref-schema";

/** Tells whether two configurations say the same, part by part. It shows neither, but what is short can be guessed. */
export interface ConfigDigest {
  /** Random, other in each answer, so that no digest is the same twice. */
  readonly salt: string;
  /** The digest of each part, by its JSON pointer. */
  readonly parts: Readonly<Record<string, string>>;
}

/**
 * Digests the parts of a configuration: the members of its members (`/channels/telegram`), and of a list at that place
 * whose entries all have an `id` each entry by its id (`/agents/list/work`), wherever in the list it stands. The order
 * of keys does not count.
 *
 * Whoever gets a digest can try what it is of: give a configuration that holds no secret any more.
 *
 * @param salt any text; digests made with another one cannot be compared
 */
export function digestConfig(config: unknown, salt: string): ConfigDigest {
  const digest = (value: unknown): string =>
    createHmac("sha256", salt).update(canonical(value)).digest("base64url").slice(0, 22);
  const parts = [...partsOf(config)].map(([path, value]) => [formatJsonPointer(path), digest(value)]);
  return { salt, parts: Object.fromEntries(parts) as Record<string, string> };
}

/**
 * The parts in which two configurations differ, each by its path; none where both say the same. Of the one in force a
 * gateway digests what is left without secrets, so the other is to be without them as well.
 *
 * @param theirs as {@link digestConfig} made it
 */
export function differingParts(config: unknown, theirs: ConfigDigest): readonly string[] {
  const ours = digestConfig(config, theirs.salt).parts;
  const names = new Set([...Object.keys(ours), ...Object.keys(theirs.parts)]);
  return [...names].filter((name) => ours[name] !== theirs.parts[name]).sort();
}

type Part = readonly [path: readonly string[], value: unknown];

function* partsOf(config: unknown): Generator<Part> {
  for (const [key, value] of entries(config)) {
    if (!isRecord(value)) yield [[key], value];
    for (const [inner, part] of entries(value)) {
      const list = entriesById(part);
      if (list === undefined) yield [[key, inner], part];
      else for (const [id, entry] of list) yield [[key, inner, id], entry];
    }
  }
}

/** The entries of a list by their ids; nothing of a list of which an entry has none, or two have the same. */
function entriesById(list: unknown): ReadonlyMap<string, unknown> | undefined {
  if (!Array.isArray(list)) return undefined;
  const byId = new Map<string, unknown>();
  for (const entry of list as unknown[]) {
    const id = isRecord(entry) ? entry["id"] : undefined;
    if (typeof id !== "string" || byId.has(id)) return undefined;
    byId.set(id, entry);
  }
  return byId;
}

function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, part: unknown) =>
      isRecord(part)
        ? Object.fromEntries(entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
        : part,
    ) ?? ""
  );
}

function entries(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
