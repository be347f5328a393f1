import { off, on, valueAt, type Activity } from "@durar/credential-surface";
import { printable } from "@durar/secretref-schema";

/** Whether a plugin loads: when plugins are on, no list excludes it, and its own entry says `enabled: true`. */
export function pluginActivity(config: unknown, id: string): Activity {
  const setting = (...names: string[]): unknown => valueAt(config, ["plugins", ...names]);
  const list = (name: "allow" | "deny"): readonly unknown[] => {
    const value = setting(name);
    return Array.isArray(value) ? value : [];
  };
  const name = printable(id);
  if (setting("enabled") === false) return off("plugins.enabled is false");
  if (list("deny").includes(id)) return off(`plugins.deny names ${name}`);
  if (list("allow").length > 0 && !list("allow").includes(id))
    return off(`plugins.allow does not name ${name}`);
  if (setting("entries", id, "enabled") !== true) return off(`plugins.entries.${name}.enabled is not true`);
  return on(`plugin ${name} is enabled`);
}
