import { formatPath, isRecord, valueAt, type Path } from "./path.ts";
import { compilePattern } from "./pattern.ts";
import type { ActivationRule, Activity } from "./types.ts";

/** An {@link Activity} that counts. */
export function on(reason: string): Activity {
  return { active: true, reason };
}

/** An {@link Activity} that does not count. */
export function off(reason: string): Activity {
  return { active: false, reason };
}

/** Whether an object is on: everything is, but an object whose own `enabled` is `false`. */
export function isOn(value: unknown): boolean {
  return !(isRecord(value) && Object.hasOwn(value, "enabled") && value["enabled"] === false);
}

/** In use whenever the owner of its store is on. */
export const always: ActivationRule = ({ store }) => store.activity ?? on("always in use");

/** In use when its map entry (the object at the pattern's first `*`, else the object that holds it) is on. */
export const entryEnabled: ActivationRule = ({ target, path, store }) => {
  const wildcard = target.pattern.steps.indexOf("any-key");
  // A trailing wildcard is a map of bare values: its entry is the object that holds the map.
  const length = wildcard < 0 || wildcard === path.length - 1 ? path.length - 1 : wildcard + 1;
  return onAt(store.value, path.slice(0, length));
};

/** In use when the object at a fixed path of the config is on. */
export function featureEnabled(path: string): ActivationRule {
  const feature = compilePattern(path).steps.map((step) => (typeof step === "object" ? step.key : ""));
  return (_place, { config }) => onAt(config, feature);
}

function onAt(root: unknown, path: Path): Activity {
  const name = path.length === 0 ? "the configuration" : formatPath(path);
  return isOn(valueAt(root, path)) ? on(`${name} is enabled`) : off(`${name}.enabled is false`);
}
