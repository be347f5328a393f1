import type { Surface, SurfaceStore } from "@durar/credential-surface";
import type { Environment, Secret, SecretProvider } from "@durar/secretref-schema";
import type { SnapshotReport } from "@durar/gateway-client";
import type { Reason } from "../failure.ts";

/** How a credential stands in a command. */
export type TargetState = "resolved_gateway" | "resolved_local" | "inactive_surface" | "unresolved";

/** A credential field that holds something, and how it stands in this command. Holds no value. */
export interface TargetReport {
  readonly state: TargetState;
  readonly targetId: string;
  /** The kind of store. */
  readonly file: string;
  readonly agentId?: string | undefined;
  /** On disk or, where it is not there any more, in the gateway. */
  readonly path: string;
  /** The sibling field whose ref is in force in its stead, where one is. */
  readonly refPath?: string | undefined;
  readonly holds: "plaintext" | "ref" | "template" | "malformed";
  /** The refs it holds, as text. */
  readonly refs: readonly string[];
  /** Who says so: the gateway, or this command, which looked for itself. */
  readonly context: "gateway" | "local";
  /** Why it is in use, or is not. */
  readonly reason: string;
  /** Why it has no value here, where it has none and is in use. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly hint?: string | undefined;
  /** How what stands on disk is another thing than what the gateway has in force. */
  readonly differs?: string | undefined;
}

/** The gateway as a command found it. */
export type GatewayReport =
  | { readonly reached: true; readonly snapshot: SnapshotReport }
  | { readonly reached: false; readonly code: string; readonly message: string; readonly hint: string };

/** What a command's credentials came to. */
export interface TargetsReport {
  readonly gateway: GatewayReport;
  /** Parts of the configuration on disk that are not what the gateway has in force, as paths. */
  readonly differingParts: readonly string[];
  readonly targets: readonly TargetReport[];
  /** The secret of a target, where it has one. */
  readonly secretOf: (target: TargetReport) => Secret | undefined;
}

/** The files that a command looks at, as they are on disk, and the environment of this shell. */
export interface LocalInputs {
  readonly surface: Surface;
  readonly stores: readonly SurfaceStore[];
  readonly environment: Environment;
  readonly providers: readonly SecretProvider[];
  /** The configuration; `undefined` where it cannot be read. */
  readonly config: unknown;
  /** Files that could not be read. */
  readonly problems: readonly Reason[];
}
