import { formatPath, valueAt } from "@durar/credential-surface";
import { formatRef, type SecretRefError } from "@durar/secretref-schema";
import type { Preparation } from "@durar/snapshot";
import { aboutPlace } from "./about-place.ts";
import type { FindingList } from "./finding-list.ts";
import type { DocumentOf } from "./load-store.ts";
import { whereIn } from "./where-in.ts";

/** Reports every object that was meant as a ref and is none; where the owner of its store is off, as information. */
export function findMalformedRefs(
  { surfaceIssues }: Preparation,
  documentOf: DocumentOf,
  findings: FindingList,
): void {
  for (const issue of surfaceIssues) {
    const { store, path, rule, place } = issue;
    if (place === undefined || !isMalformedRef(issue)) continue;
    const document = documentOf(issue);
    const isOff = store.activity?.active === false;
    findings.add({
      code: "REF_UNRESOLVED",
      severity: isOff ? "info" : "error",
      ...whereIn(document, path),
      ...aboutPlace(place),
      message: `malformed SecretRef: ${rule}${isOff ? notInUse(store.activity.reason) : ""}`,
      hint: 'write { source: "env" | "file" | "exec", provider: "...", id: "..." }',
    });
  }
}

/** Whether an issue is about what was meant as a ref. A number or a list in a field for credentials hardly was. */
export function isMalformedRef({ kind, store, path, place }: Preparation["surfaceIssues"][number]): boolean {
  const value = valueAt(store.value, path);
  const isRefField = place?.inputPath === path && place.inputPath !== place.path;
  return kind === "malformed-ref" && (isRefField || (typeof value === "object" && !Array.isArray(value)));
}

/** Reports every ref that does not resolve. */
export function findUnresolved(
  { entries }: Preparation,
  documentOf: DocumentOf,
  findings: FindingList,
): void {
  for (const { place, activity, outcome } of entries) {
    if (outcome.kind !== "failed") continue;
    const document = documentOf(place);
    for (const error of outcome.errors)
      findings.add({
        code: "REF_UNRESOLVED",
        severity: activity.active ? "error" : "info",
        store: document.store,
        path: formatPath(place.inputPath),
        name: place.input.kind === "template" ? error.id : undefined,
        ...document.locate(place.inputPath),
        ...aboutPlace(place),
        message: `${describeFailure(error)}${activity.active ? "" : notInUse(activity.reason)}`,
        hint: error.hint,
      });
  }
}

function describeFailure({ source, provider, id, message, code, reported }: SecretRefError): string {
  const known = source !== undefined && provider !== undefined && id !== undefined;
  const ref = known ? formatRef({ source, provider, id }) : "";
  const problem = message.startsWith(ref) ? message : `${ref}: ${message}`;
  return `${problem} [${code}${reported === undefined ? "" : ` ${reported}`}]`;
}

function notInUse(reason: string): string {
  return ` (not in use: ${reason})`;
}
