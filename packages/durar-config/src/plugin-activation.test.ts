import { expect, test } from "vitest";
import { pluginActivity } from "./index.ts";

const entries = { acpx: { enabled: true } };

test.each([
  [{ entries }, true, "plugin acpx is enabled"],
  [{ entries: { acpx: {} } }, false, "plugins.entries.acpx.enabled is not true"],
  [{ entries, enabled: false }, false, "plugins.enabled is false"],
  [{ entries, deny: ["acpx"] }, false, "plugins.deny names acpx"],
  [{ entries, allow: ["other"] }, false, "plugins.allow does not name acpx"],
  [{ entries, allow: [] }, true, "plugin acpx is enabled"],
  [undefined, false, "plugins.entries.acpx.enabled is not true"],
])("with plugins %j, acpx is on: %s, since %s", (plugins, active, reason) => {
  expect(pluginActivity({ plugins }, "acpx")).toEqual({ active, reason });
});
