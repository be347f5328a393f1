import type { Paint } from "@durar/audit";
import { printable } from "@durar/secretref-schema";
import { paintState } from "../paint-state.ts";
import type { TargetReport, TargetsReport, TargetState } from "./types.ts";

/** What a read-only command calls a credential that it cannot get at. */
export const UNAVAILABLE = "configured but unavailable in this command path";

const colours = {
  resolved_gateway: "green",
  resolved_local: "green",
  inactive_surface: "dim",
  unresolved: "red",
} as const satisfies Readonly<Record<TargetState, string>>;

/** A state in its colour, as wide as the widest. */
export function stateColumn(state: TargetState, paint: Paint): string {
  return paint(colours[state], state.padEnd("resolved_gateway".length));
}

/** A credential in a line, and what is to be said of it below, each line behind the margin. */
export function targetLines(
  target: TargetReport,
  paint: Paint,
  margin = "  ",
  name = fieldName(target),
): string {
  const { state, refs, holds } = target;
  const what = refs.length === 0 ? holds : refs.join(", ");
  return `${margin}${stateColumn(state, paint)}  ${name}  ${paint("dim", what)}\n${remarks(target, `${margin}  `)}`;
}

/** Where a credential lies, as failures name it. */
export function fieldName({
  path,
  refPath = path,
  file,
  agentId,
}: Pick<TargetReport, "path" | "refPath" | "file" | "agentId">): string {
  if (file === "config") return refPath;
  return `${refPath} in ${file}${agentId === undefined ? "" : ` of agent ${printable(agentId)}`}`;
}

function remarks(
  { state, code = "", message = "", hint = "", reason, differs }: TargetReport,
  margin: string,
): string {
  const lines =
    state === "unresolved"
      ? [`${UNAVAILABLE}: ${message} [${code}]`, `-> ${hint}`]
      : state === "inactive_surface"
        ? [reason]
        : [];
  if (differs !== undefined) lines.push(`${differs}; durar secrets reload takes over what is on disk`);
  return lines.map((line) => `${margin}${line}\n`).join("");
}

/** Which context the answers of a command come from, and what does not agree with it. */
export function contextLines(report: TargetsReport, paint: Paint): string {
  const { gateway } = report;
  if (!gateway.reached)
    return `context: this shell, since the gateway cannot be asked: ${gateway.message} [${gateway.code}]\n`;
  const { state, generation } = gateway.snapshot;
  const context = `context: the running gateway, ${paintState(state, paint)}, generation ${generation}\n`;
  return context + differenceLines(report);
}

/** What stands on disk and is not in force; nothing where all of it is. */
export function differenceLines({ differingParts }: TargetsReport): string {
  if (differingParts.length === 0) return "";
  const parts = differingParts.join(", ");
  return `  on disk stands what is not in force: ${parts}\n  -> durar secrets reload takes it over, or says what keeps it from that\n`;
}

/** Files that could not be read. */
export function problemLines(
  problems: readonly { readonly code: string; readonly message: string; readonly hint: string }[],
): string {
  return problems.map(({ code, message, hint }) => `  ${message} [${code}]\n    -> ${hint}\n`).join("");
}

/** What a JSON document says of the context. */
export function contextDocument({ gateway, differingParts }: TargetsReport) {
  if (!gateway.reached) return { context: "local", gateway, differingParts } as const;
  const { state, generation, activatedAt } = gateway.snapshot;
  return {
    context: "gateway",
    gateway: { reached: true, state, generation, activatedAt },
    differingParts,
  } as const;
}
