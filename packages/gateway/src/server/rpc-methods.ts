import type { Surface } from "@durar/credential-surface";
import type {
  ActivationReport,
  ConfigWriteReport,
  GatewayMethods,
  SecretsStatus,
} from "@durar/gateway-client";
import type { Activation, SecretsManager } from "@durar/snapshot";
import * as z from "zod/mini";
import type { ConfigAccess, ConfigSubmission, SubmittedConfig } from "../config-writes/config-access.ts";
import { warningReport } from "./failure-report.ts";
import { resolveTargets } from "./resolve-targets.ts";
import { InvalidParams, rpcMethod, type RpcContext, type RpcMethods } from "./rpc-method.ts";

/** What the methods work with. */
export interface RpcParts {
  readonly surface: Surface;
  readonly manager: SecretsManager;
  readonly config: ConfigAccess;
  readonly status: () => SecretsStatus;
  /** Finishes a change over several files that was interrupted, before anything is read or written. */
  readonly finishCommit: (signal: AbortSignal | undefined) => Promise<void>;
  /** Told of a submission before it is prepared, and whether everything is to be started anew with it. */
  readonly onSubmission: (submission: ConfigSubmission, restart: boolean) => void;
  /** Told who asked for which credentials. */
  readonly onResolve: (
    commandName: string,
    targetIds: readonly string[],
    caller: RpcContext["caller"],
  ) => void;
}

const nothing = z.strictObject({});
const name = z
  .string()
  .check(z.minLength(1), z.maxLength(200), z.regex(/^[^\p{Cc}]*$/u, "must hold no control character"));
const names = z.array(z.string().check(z.maxLength(1_024))).check(z.maxLength(1_000));
const baseHash = z.string().check(z.regex(/^[0-9a-f]{64}$/, "must be a hash as config.get answers it"));
const whole = z.strictObject({ raw: z.string(), baseHash });

/** Every method the gateway serves. */
export function rpcMethods(parts: RpcParts): RpcMethods {
  const { manager, config, status } = parts;
  const write = async (
    submitted: SubmittedConfig,
    hash: string,
    restart: boolean,
    { signal }: RpcContext,
  ): Promise<ConfigWriteReport> => {
    let text = "";
    const activation = await manager.write(
      async (building) => {
        await parts.finishCommit(building);
        const submission = config.submit(submitted, hash);
        text = submission.text;
        parts.onSubmission(submission, restart);
        return submission;
      },
      { signal },
    );
    return { ...activationReport(activation), hash: config.hashOf(text) };
  };

  return {
    "secrets.reload": rpcMethod<"secrets.reload">(nothing, async (_params, { signal }) =>
      activationReport(await manager.reload({ signal })),
    ),
    "secrets.resolve": rpcMethod<"secrets.resolve">(
      z.strictObject({ commandName: name, targetIds: names, paths: z.exactOptional(names) }),
      (params, { caller }) => {
        checkTargets(parts.surface, params);
        parts.onResolve(params.commandName, params.targetIds, caller);
        const { state } = status();
        return resolveTargets(manager.snapshot, state, parts.surface, params);
      },
    ),
    "secrets.status": rpcMethod<"secrets.status">(nothing, status),
    "config.get": rpcMethod<"config.get">(nothing, async (_params, { signal }) => {
      await parts.finishCommit(signal);
      return config.get();
    }),
    "config.set": rpcMethod<"config.set">(whole, ({ raw, baseHash: hash }, context) =>
      write({ raw }, hash, false, context),
    ),
    "config.apply": rpcMethod<"config.apply">(whole, ({ raw, baseHash: hash }, context) =>
      write({ raw }, hash, true, context),
    ),
    "config.patch": rpcMethod<"config.patch">(
      z.strictObject({ patch: z.unknown(), baseHash }),
      ({ patch, baseHash: hash }, context) => write({ patch }, hash, false, context),
    ),
  };
}

/** A target that is unknown may be anything, a secret in the wrong place too: it is named by its position. */
function checkTargets(
  { targets }: Surface,
  { targetIds }: GatewayMethods["secrets.resolve"]["params"],
): void {
  const known = new Set(targets.map(({ id }) => id));
  const issues = targetIds.flatMap((id, index) =>
    known.has(id) ? [] : [{ path: ["targetIds", String(index)], rule: "is no known target id" }],
  );
  if (issues.length > 0) throw new InvalidParams(issues);
}

function activationReport({ snapshot, warnings, changedPaths }: Activation): ActivationReport {
  return {
    ok: true,
    generation: snapshot.generation,
    warningCount: warnings.length,
    warnings: warnings.map(warningReport),
    changedPaths,
  };
}
