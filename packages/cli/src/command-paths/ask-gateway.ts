import type { Target } from "@durar/credential-surface";
import type { Assignment, PlaceReport, ResolveResult, SnapshotReport } from "@durar/gateway-client";
import { isDurarError, printable, Secret, type DurarError } from "@durar/secretref-schema";
import type { Surroundings } from "../console.ts";
import type { AskedGateway } from "./open-command-path.ts";
import { checkedResolveResult } from "../gateway/checked-answer.ts";
import { keyOfField, targetOf } from "./field-key.ts";

/** A field as the gateway has it in force. */
export interface FieldInForce {
  readonly target: Target;
  readonly report: PlaceReport;
  readonly secret: Secret | undefined;
}

/** What the gateway says about the fields of some targets. */
export type GatewayAnswer =
  | {
      readonly reached: true;
      readonly snapshot: SnapshotReport;
      readonly fields: ReadonlyMap<string, FieldInForce>;
    }
  | { readonly reached: false; readonly error: DurarError };

/**
 * Asks the gateway once for everything that a command needs of it. Of the answer nothing counts but fields of the targets
 * that were asked for.
 */
export async function askGateway(
  { client }: AskedGateway,
  commandName: string,
  targets: readonly Target[],
  { signal }: Surroundings,
): Promise<GatewayAnswer> {
  try {
    const targetIds = targets.map(({ id }) => id);
    const result = checkedResolveResult(
      await client.call("secrets.resolve", { commandName, targetIds }, { signal }),
    );
    return { reached: true, snapshot: result.snapshot, fields: fieldsOf(result, targets) };
  } catch (error) {
    signal?.throwIfAborted();
    if (!isDurarError(error)) throw error;
    return { reached: false, error };
  }
}

function fieldsOf(
  { places, assignments }: ResolveResult,
  targets: readonly Target[],
): ReadonlyMap<string, FieldInForce> {
  const asked = <Field extends PlaceReport | Assignment>(fields: readonly Field[]) =>
    fields.flatMap((field): [string, Target, Field][] => {
      const target = targetOf(field, targets);
      return target === undefined ? [] : [[keyOfField(target, field), target, field]];
    });
  const secrets = new Map(asked(assignments).map(([key, , { value }]) => [key, new Secret(value)]));
  return new Map(
    asked(places).map(([key, target, report]) => [key, { target, report, secret: secrets.get(key) }]),
  );
}

/** An error of the gateway's as a command shows it. */
export function unreachedReport({ code, message, hint }: DurarError) {
  return { reached: false, code, message: printable(message), hint: printable(hint) } as const;
}
