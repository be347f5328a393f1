import type { GatewayMethod, GatewayMethods } from "@durar/gateway-client";
import { validate, type SchemaIssue } from "@durar/secretref-schema";
import type { ZodMiniType } from "zod/mini";

/** How a request came; all that is known of who asks. */
export type Caller = "socket" | "tcp";

export interface RpcContext {
  readonly caller: Caller;
  /** Aborts when the caller is gone or the gateway stops. */
  readonly signal: AbortSignal;
}

/** A method: parameters as they came in, a result out. */
export type RpcMethod = (params: unknown, context: RpcContext) => Promise<unknown>;

/** Methods by their names. */
export type RpcMethods = Readonly<Partial<Record<GatewayMethod, RpcMethod>>>;

/** What `validate` says of a key that is not known. */
const UNKNOWN_KEY = "is not a known key";

/** Parameters that a method does not take. */
export class InvalidParams extends Error {
  constructor(issues: readonly SchemaIssue[]) {
    super([...new Set(issues.map(describe))].join("; "));
    this.name = "InvalidParams";
  }
}

/** A key that is not known may be anything, a secret in the wrong place too: it is not named. */
function describe({ path, rule }: SchemaIssue): string {
  if (rule === UNKNOWN_KEY) return "there is a parameter that is not known";
  return `${path.join(".")} ${rule}`.trim();
}

/** Makes a method of what it takes and what it does. */
export function rpcMethod<Name extends GatewayMethod>(
  schema: ZodMiniType<GatewayMethods[Name]["params"]>,
  run: (
    params: GatewayMethods[Name]["params"],
    context: RpcContext,
  ) => Promise<GatewayMethods[Name]["result"]> | GatewayMethods[Name]["result"],
): RpcMethod {
  return async (params, context) => {
    const checked = validate(schema, params);
    if (!checked.ok) throw new InvalidParams(checked.issues);
    return run(checked.value, context);
  };
}
