import { formatPath, isRecord, parsePath, valueAt, type Path } from "./path.ts";
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

/**
 * In use when its entry is on: the object at the pattern's first `*` or `[]`, or, where there is none, the object
 * that holds it. Of a map or list of bare values, it is the object that holds the map or list.
 */
export const entryEnabled: ActivationRule = ({ target, path, store }) => {
  const wildcard = target.pattern.steps.findIndex((step) => typeof step === "string");
  const last = path.length - 1;
  if (wildcard < 0) return onAt(store.value, path.slice(0, last));
  return onAt(store.value, path.slice(0, wildcard === last ? Math.max(0, last - 1) : wildcard + 1));
};

/**
 * In use when the object at a fixed path of the config is on.
 *
 * @throws TypeError for text that is no path
 */
export function featureEnabled(path: string): ActivationRule {
  const feature = parsePath(path);
  if (feature === undefined) throw new TypeError(`${path} is no path`);
  return (_place, { config }) => onAt(config, feature);
}

function onAt(root: unknown, path: Path): Activity {
  const text = formatPath(path);
  if (isOn(valueAt(root, path))) return on(`${text === "" ? "the document" : text} is enabled`);
  return off(`${text === "" ? "the document's enabled" : `${text}.enabled`} is false`);
}
