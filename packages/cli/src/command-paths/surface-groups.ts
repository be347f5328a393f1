import type { Target } from "@durar/credential-surface";

/** What an operator calls the parts of the surface, in the order in which they are shown. */
export const SURFACE_GROUPS = [
  "models",
  "profiles",
  "channels",
  "memory",
  "sandbox",
  "gateway auth",
  "web",
  "skills",
  "talk and tts",
  "mcp",
  "cron",
  "other",
] as const;

export type SurfaceGroup = (typeof SURFACE_GROUPS)[number];

const beginnings: readonly (readonly [start: string, group: SurfaceGroup])[] = [
  ["models.", "models"],
  ["auth-profiles.", "profiles"],
  ["channels.", "channels"],
  ["gateway.", "gateway auth"],
  ["tools.web.", "web"],
  ["plugins.entries.acpx.", "mcp"],
  ["plugins.", "web"],
  ["skills.", "skills"],
  ["talk.", "talk and tts"],
  ["messages.tts.", "talk and tts"],
  ["cron.", "cron"],
];

/** The group of a target; of an agent's, what it is for. */
export function surfaceGroup({ id }: Pick<Target, "id">): SurfaceGroup {
  if (id.includes(".memorySearch.")) return "memory";
  if (id.includes(".sandbox.")) return "sandbox";
  return beginnings.find(([start]) => id.startsWith(start))?.[1] ?? "other";
}
