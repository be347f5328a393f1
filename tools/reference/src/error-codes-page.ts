import { APPLY_ERRORS } from "@durar/apply";
import { COMMAND_ERRORS } from "@durar/cli";
import { CONFIG_ERRORS } from "@durar/durar-config";
import { COMMIT_ERRORS } from "@durar/file-commit";
import { GATEWAY_ERRORS } from "@durar/gateway";
import { GATEWAY_CLIENT_ERRORS } from "@durar/gateway-client";
import { RESOLVER_ERRORS } from "@durar/resolver-kit";
import { SECRET_ERRORS } from "@durar/secretref-schema";
import { SNAPSHOT_ERRORS, SNAPSHOT_NOTICES } from "@durar/snapshot";
import { code, page, table } from "./page.ts";

/** What every table of codes says of a code. */
type Codes = Readonly<Record<string, { readonly when: string; readonly hint?: string }>>;

const TABLES: readonly (readonly [packageName: string, codes: Codes])[] = [
  ["secretref-schema", SECRET_ERRORS],
  ["durar-config", CONFIG_ERRORS],
  ["file-commit", COMMIT_ERRORS],
  ["snapshot", SNAPSHOT_ERRORS],
  ["apply", APPLY_ERRORS],
  ["gateway", GATEWAY_ERRORS],
  ["gateway-client", GATEWAY_CLIENT_ERRORS],
  ["cli", COMMAND_ERRORS],
  ["resolver-kit", RESOLVER_ERRORS],
];

/** `docs/reference/error-codes.md`: every code that an error can have, by the package it comes from. */
export function errorCodesPage(): string {
  return page(
    "Error codes",
    "Every error has a code, a message of one line and a hint, and holds no secret. A code means the same wherever it is met: in a program, on the command line, over RPC, in a log.",
    ...TABLES.flatMap(([packageName, codes]) => [
      `## @durar/${packageName}`,
      table(
        ["code", "when", "what to do"],
        Object.entries(codes).map(([name, { when, hint = "" }]) => [code(name), when, hint]),
      ),
    ]),
    "## Notices in the log of a gateway",
    table(
      ["code", "level", "event", "when"],
      Object.entries(SNAPSHOT_NOTICES).map(([name, { level, event, when }]) => [
        code(name),
        level,
        event ? "yes" : "no",
        when,
      ]),
    ),
  );
}
