import { realpathSync } from "node:fs";
import { access } from "node:fs/promises";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { defaultAgentId, sshSandboxOf, type SshSandboxAnswer } from "@durar/durar-config";
import type { SandboxSshReport } from "@durar/gateway-client";
import { isDurarError, printable, type DurarError } from "@durar/secretref-schema";
import type { Change, Snapshot } from "@durar/snapshot";
import * as z from "zod/mini";
import { gatewayError, type GatewayErrorCode } from "../../errors.ts";
import { rpcMethod, type RpcMethods } from "../../server/rpc-method.ts";
import type { ConsumerContext, GatewayConsumer, RunningConsumer } from "../consumer.ts";
import { MaterialDirectory } from "./material-directory.ts";
import { materialPlaces, refuseParent, removeLeft } from "./material-places.ts";
import { sandboxMaterial, type SandboxMaterial } from "./sandbox-material.ts";
import { SANDBOX_HOST } from "./ssh-config.ts";

export interface SandboxSshOptions {
  /**
   * Milliseconds that files stay after others took their place, for an ssh that was about to read them.
   * @default 30000
   */
  readonly keepMs?: number;
}

/** Twice as long as ssh waits for a host that answers at all, on most machines. */
const KEEP_MS = 30_000;

/**
 * Writes the identity, certificate and known hosts of each agent with an ssh sandbox to files that this user alone can
 * read, with a configuration for `ssh -F` that uses them and nothing else of the user's. They lie below
 * `XDG_RUNTIME_DIR` where that is this user's alone, else in the state directory; they are replaced when a value changes
 * and removed when the gateway closes, or at the next start where it was killed. Answers `sandbox.ssh`.
 */
export function sandboxSsh({ keepMs = KEEP_MS }: SandboxSshOptions = {}): GatewayConsumer {
  return Object.freeze<GatewayConsumer>({
    name: "sandbox ssh",
    patterns: Object.freeze(["agents.defaults.sandbox", "agents.list"]),
    create: (context) => new RunningSandboxSsh(context, keepMs),
  });
}

class RunningSandboxSsh implements RunningConsumer {
  readonly methods: RpcMethods = {
    "sandbox.ssh": rpcMethod<"sandbox.ssh">(
      z.strictObject({ agentId: z.exactOptional(z.string().check(z.maxLength(1_024))) }),
      ({ agentId }) => this.#answer(agentId),
    ),
  };
  readonly #context: ConsumerContext;
  readonly #keepMs: number;
  #directory: MaterialDirectory | undefined;
  /** What is written; `undefined` where the last attempt failed. */
  #written: ReadonlyMap<string, SandboxMaterial> | undefined = new Map();
  /** Why the last attempt failed that did. */
  #failure: DurarError | undefined;
  /** The configuration that it is of. */
  #config: unknown;
  #work: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(context: ConsumerContext, keepMs: number) {
    this.#context = context;
    this.#keepMs = keepMs;
  }

  /** What a gateway that was killed left is dead: this one is alone. */
  async start(): Promise<void> {
    const { runtime, state } = this.#places();
    for (const place of [runtime, state])
      if (place !== undefined) await this.#removeLeft(place).catch((error: unknown) => this.#left(error));
  }

  async #removeLeft(place: string): Promise<void> {
    if (await removeLeft(place)) return;
    this.#context.log(
      "warn",
      { code: "SANDBOX_SSH_LEFT" },
      "what lies at the place of the files for ssh is not removed: others can write there",
    );
  }

  changed({ snapshot }: Change): Promise<void> {
    return this.#bringInto(snapshot);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#work;
    await this.#directory?.remove();
  }

  /** Writes what a snapshot says, after whatever else is to be written. */
  #bringInto(snapshot: Snapshot): Promise<void> {
    const material = sandboxMaterial(snapshot);
    this.#work = this.#work.then(async () => {
      if (this.#isClosed) return;
      await this.#write(material);
      this.#config = snapshot.config;
    });
    return this.#work;
  }

  #places() {
    const { layout, environment } = this.#context;
    return materialPlaces(realpathSync(layout.stateDirectory), environment);
  }

  async #write(material: ReadonlyMap<string, SandboxMaterial>): Promise<void> {
    if (this.#written !== undefined && isDeepStrictEqual(material, this.#written)) return;
    try {
      if (material.size === 0) await this.#directory?.remove();
      else await (await this.#place()).replace(material);
      this.#written = material;
      this.#context.log(
        "info",
        { code: "SANDBOX_SSH_WRITTEN", agents: [...material.keys()].map(printable) },
        "the files for ssh are written",
      );
    } catch (error) {
      this.#written = undefined;
      this.#failure = failureOf(error);
      const { code, message, hint } = this.#failure;
      this.#context.log("error", { code, hint }, message);
    }
  }

  async #place(): Promise<MaterialDirectory> {
    const path = await this.#usablePlace();
    if (this.#directory?.path !== path) {
      await this.#directory?.remove();
      this.#directory = new MaterialDirectory(path, this.#keepMs, (error) => this.#left(error));
    }
    return this.#directory;
  }

  /** The directory below `XDG_RUNTIME_DIR` goes when its user logs out, and a gateway may outlive that. */
  async #usablePlace(): Promise<string> {
    const { runtime, state } = this.#places();
    if (runtime === undefined) return state;
    const why = await refuseParent(dirname(runtime));
    if (why === undefined) return runtime;
    if (this.#directory?.path === state) return state;
    this.#context.log(
      "warn",
      { code: "SANDBOX_SSH_DIRECTORY" },
      `XDG_RUNTIME_DIR is not used, since ${why}: the files for ssh lie in the state directory`,
    );
    return state;
  }

  async #answer(agentId: string | undefined): Promise<SandboxSshReport> {
    await this.#work;
    const id = agentId ?? defaultAgentId(this.#config);
    if (await this.#isLost(id)) {
      this.#written = undefined;
      await this.#bringInto(this.#context.snapshot());
    }
    const answer = sshSandboxOf(this.#config, id);
    if (answer.kind !== "ssh") throw gatewayError(CODES[answer.kind], answer.reason);
    const name = `agent ${printable(id)}`;
    if (this.#written === undefined) throw this.#failure ?? failureOf(undefined);
    const { target } = answer.sandbox;
    if (!this.#written.has(id) || this.#directory === undefined)
      throw gatewayError(
        "SANDBOX_TARGET_INVALID",
        target === undefined ? `${name}: it has no target` : `${name}: its target is no user@host:port`,
      );
    return { agentId: id, configFile: this.#directory.configFile(id), host: SANDBOX_HOST };
  }

  /** Whether an agent's files could not be written, or were removed by somebody else. */
  async #isLost(agentId: string): Promise<boolean> {
    if (this.#written === undefined || this.#directory === undefined) return this.#written === undefined;
    if (!this.#written.has(agentId)) return false;
    return !(await isThere(this.#directory.configFile(agentId)));
  }

  #left(error: unknown): void {
    this.#context.log(
      "error",
      { code: "SANDBOX_SSH_LEFT", reason: systemCode(error) },
      "files for ssh could not be removed",
    );
  }
}

const CODES = {
  unknown: "SANDBOX_AGENT_UNKNOWN",
  off: "SANDBOX_AGENT_OFF",
  "other-backend": "SANDBOX_NOT_SSH",
} as const satisfies Readonly<Record<Exclude<SshSandboxAnswer["kind"], "ssh">, GatewayErrorCode>>;

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function failureOf(error: unknown): DurarError {
  if (isDurarError(error)) return error;
  return gatewayError("SANDBOX_FILES_FAILED", `the files for ssh cannot be written (${systemCode(error)})`);
}

/** The system's name of what went wrong; its message would hold a path, and nothing else is known of it. */
function systemCode(error: unknown): string {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? "unknown";
}
