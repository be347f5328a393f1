import { readJsonValue, TEXT_FILE_FAILURES } from "@durar/config-document";
import { isRecord, type SurfaceStore } from "@durar/credential-surface";
import { createDurarSurface } from "@durar/durar-config";
import { printable } from "@durar/secretref-schema";
import type { Reason } from "../failure.ts";
import type { Installation } from "../installation.ts";
import { createProviders } from "../gateway/providers.ts";
import type { LocalInputs } from "./types.ts";

const interrupted: Reason = {
  code: "COMMIT_INTERRUPTED",
  message: "a change over several files was interrupted, and what is on disk may be of two states",
  hint: "durar doctor --fix or durar secrets apply finishes it first",
  paths: [],
};

/** Reads what can be read of an installation; what cannot is named, and stops nothing. */
export function localInputs(installation: Installation): LocalInputs {
  const { layout, environment, stores, config } = installation;
  const read: SurfaceStore[] = [{ kind: "config", value: config }];
  const problems: Reason[] = installation.interrupted ? [interrupted] : [];
  if (config === undefined)
    problems.push(unreadable(layout.configFile, "cannot be read", "see durar config validate"));
  for (const { kind, path, agentId, activity, leftover, read: open } of stores) {
    if (kind !== "auth-profiles" || leftover === true) continue;
    const content = open();
    const parsed = content.ok ? readJsonValue(content.text) : undefined;
    if (parsed?.ok === true && isRecord(parsed.value))
      read.push({ kind, agentId, activity, value: parsed.value });
    else {
      const why = content.ok ? "is no JSON object" : TEXT_FILE_FAILURES[content.reason];
      problems.push(unreadable(path, why, "see durar secrets audit"));
    }
  }
  return {
    ...{ surface: createDurarSurface(layout), stores: read, environment, config, problems },
    providers: createProviders(),
  };
}

function unreadable(path: string, why: string, hint: string): Reason {
  return { code: "STORE_UNREADABLE", message: `${printable(path)}: ${why}`, hint, paths: [] };
}
