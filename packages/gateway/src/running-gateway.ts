import { dirname } from "node:path";
import { createDurarSurface, isSecretVariable, isSensitiveHeader } from "@durar/durar-config";
import { gatewaySocketPath, type SecretsStatus } from "@durar/gateway-client";
import { printable } from "@durar/secretref-schema";
import {
  createSecretsManager,
  type Activation,
  type Admission,
  type Inputs,
  type Notice,
  type Snapshot,
} from "@durar/snapshot";
import type { Logger } from "pino";
import { RunningConsumers } from "./consumers/running-consumers.ts";
import { ConfigAccess } from "./config-writes/config-access.ts";
import { SecretTexts } from "./config-writes/secret-texts.ts";
import { finishCommit, isCommitUnfinished } from "./inputs/interrupted-commit.ts";
import { listenSettings, type TcpAddress } from "./inputs/listen-settings.ts";
import { loadInputs } from "./inputs/load-inputs.ts";
import { checkConfig, readConfigFile } from "./inputs/read-config.ts";
import { refuseSecond, takeSocket } from "./listeners/instance-lock.ts";
import { makePrivate, requirePrivate } from "./listeners/private-directory.ts";
import { TcpListeners } from "./listeners/tcp-listeners.ts";
import { createLog, logActivation } from "./log.ts";
import { checkTcpCredential } from "./server/accepted-credential.ts";
import { EventHub } from "./server/event-hub.ts";
import { FailedAttempts } from "./server/failed-attempts.ts";
import { failureReport } from "./server/failure-report.ts";
import { HttpServer, type Service } from "./server/http-server.ts";
import { Metrics } from "./server/metrics.ts";
import { rpcMethods } from "./server/rpc-methods.ts";
import { isoTime, secretsStatus } from "./server/secrets-status.ts";
import { TcpGuard } from "./server/tcp-guard.ts";
import type { Gateway, GatewayOptions } from "./types.ts";
import { DiskFollower } from "./watch/disk-follower.ts";

/** Everything a gateway is made of, wired together. */
export class RunningGateway implements Gateway {
  readonly #options: GatewayOptions;
  readonly #log: Logger;
  readonly #events = new EventHub();
  readonly #metrics = new Metrics();
  readonly #disk: DiskFollower;
  readonly #manager;
  readonly #consumers: RunningConsumers;
  readonly #socketServer: HttpServer;
  readonly #tcp: TcpListeners;
  readonly #secrets = new SecretTexts();
  #socket = "";
  #releaseSocket: (() => void) | undefined;
  #isListening = false;
  /** Whether the job at work is to listen anew on the same address too. */
  #renews = false;

  constructor(options: GatewayOptions) {
    const { layout, environment, providers, consumers = [], recovery, watching } = options;
    this.#options = options;
    this.#log = createLog(options.log);
    this.#disk = new DiskFollower({
      ...watching,
      layout,
      log: this.#log,
      isHealthy: () => this.#manager.status().state === "healthy",
      // What comes of it is told by notices.
      onChange: () => void this.#manager.reload({ trigger: "watch" }).catch(() => undefined),
    });
    const surface = createDurarSurface(layout);
    const manager = createSecretsManager({
      surface,
      providers,
      load: (signal) => this.#load(signal),
      admit: (next) => this.#admit(next),
      recovery,
    });
    manager.onNotice((notice) => this.#noticed(notice));
    this.#manager = manager;

    const snapshot = (): Snapshot => manager.snapshot;
    this.#consumers = new RunningConsumers(
      consumers,
      { layout, environment, snapshot, log: (level, fields, message) => this.#log[level](fields, message) },
      manager,
    );
    const isSecretName = (name: string): boolean => isSensitiveHeader(name) || isSecretVariable(name);
    const rules = { sentinel: layout.sentinel, surface, isSecretName };
    const service: Service = {
      methods: {
        ...this.#consumers.methods,
        ...rpcMethods({
          surface,
          manager,
          config: new ConfigAccess({
            layout,
            environment,
            rules,
            secrets: this.#secrets,
            onWrite: (text) => this.#disk.texts.writing(text),
          }),
          status: () => this.status(),
          finishCommit: (signal) => this.#finishCommit(signal),
          onSubmission: ({ text }, renews) => {
            this.#begun(text, renews);
          },
          onResolve: (command, targetIds, caller) =>
            this.#log.info(
              { code: "SECRETS_RESOLVED", command: printable(command), targetIds, caller },
              "secrets handed out",
            ),
        }),
      },
      events: this.#events,
      metrics: this.#metrics,
      readiness: () => {
        const { state, generation } = manager.status();
        return { ready: state === "healthy" || state === "degraded", state, generation };
      },
      onCall: ({ method, error }, caller, durationMs) =>
        this.#log.info({ method, caller, durationMs, ...(error === undefined ? {} : { error }) }, "call"),
      onRefusal: ({ status, reason }, remoteAddress) =>
        this.#log.warn({ status, remoteAddress }, `refused: ${reason}`),
    };
    const failures = new FailedAttempts(Date.now);
    this.#socketServer = new HttpServer(service);
    this.#tcp = new TcpListeners(
      (host) => new HttpServer(service, new TcpGuard(host, layout, snapshot, failures)),
    );
  }

  get socket(): string {
    return this.#socket;
  }

  get tcp(): TcpAddress | undefined {
    return this.#tcp.address;
  }

  async start(): Promise<void> {
    const { layout, environment, port, signal } = this.#options;
    const { stateDirectory } = layout;
    if (await makePrivate(stateDirectory))
      this.#log.warn(
        { code: "GATEWAY_STATE_DIRECTORY", directory: stateDirectory },
        "others could enter it; it is private now",
      );
    // Where the directory is missing, or a link on the way to it, its socket's path is not known before.
    this.#socket = gatewaySocketPath(stateDirectory, environment);
    await requirePrivate(dirname(this.socket));
    await refuseSecond(this.socket);
    // Before it is read for the first time, so that nothing that is read can be older for long.
    await this.#disk.follow(undefined);
    await this.#manager.start({ signal });
    this.#releaseSocket = await takeSocket(await this.#socketServer.ready(), this.socket, signal);
    await this.#consumers.start();
    await this.#tcp.open(listenSettings(this.#manager.snapshot.config, port));
    this.#isListening = true;
    this.#log.info({ socket: this.socket, tcp: this.tcp, pid: process.pid }, "listening");
    this.#disk.ready();
  }

  status(): SecretsStatus {
    const { state, generation } = this.#manager.status();
    const { tcp, socket } = this;
    return {
      ...secretsStatus(
        this.#manager.status(),
        generation === 0 || state === "inactive" ? undefined : this.#manager.snapshot,
      ),
      recentEvents: this.#events.recent,
      gateway: { pid: process.pid, socket, ...(tcp === undefined ? {} : { tcp }) },
    };
  }

  async reload(): Promise<Activation> {
    return this.#manager.reload();
  }

  async close(): Promise<void> {
    this.#disk.close();
    this.#releaseSocket?.();
    await Promise.all([this.#tcp.close(), this.#socketServer.close()]);
    await this.#consumers.close();
    this.#manager.close();
  }

  async #load(signal: AbortSignal): Promise<Inputs> {
    const { layout, environment } = this.#options;
    await this.#finishCommit(signal);
    const document = readConfigFile(layout.configFile);
    checkConfig(document.value, document, printable(layout.configFile));
    // Before anything that it names is read, for the same reason as at the start.
    await this.#disk.follow(document.value);
    this.#begun(document.text, false);
    return loadInputs(layout, environment, document.value);
  }

  /** Nothing is read while a change over several files is half made. At the start, what such a change left is removed too. */
  async #finishCommit(signal: AbortSignal | undefined): Promise<void> {
    const { layout } = this.#options;
    if (this.#isListening && !isCommitUnfinished(layout)) return;
    const files = await finishCommit(layout, signal);
    if (files.length > 0)
      this.#log.warn({ code: "COMMIT_RECOVERED", files }, "a change that was interrupted has been finished");
  }

  #begun(text: string, renews: boolean): void {
    this.#disk.texts.begun(text);
    this.#renews = renews;
  }

  async #admit(next: Snapshot): Promise<Admission> {
    const { layout, port } = this.#options;
    const address = listenSettings(next.config, port);
    checkTcpCredential(next, layout, address);
    // At the start nothing is bound before the activation is through.
    if (!this.#isListening) return { published: () => undefined, abandoned: () => undefined };
    return this.#tcp.change(address, this.#renews);
  }

  #noticed({ code, level, event, message, generation, at, failures: reasons }: Notice): void {
    const failures = reasons.map(failureReport);
    this.#log[level]({ code, generation, ...(failures.length === 0 ? {} : { failures }) }, message);
    if (event) this.#events.publish({ at: isoTime(at), code, message, generation, failures });
    if (code === "SECRETS_ACTIVATED") this.#activated(this.#manager.snapshot);
    // The attempt itself is on record once all is told of it.
    queueMicrotask(() => this.#metrics.observe(this.#manager.status()));
  }

  #activated(snapshot: Snapshot): void {
    this.#secrets.add(snapshot);
    this.#disk.texts.activated();
    logActivation(this.#log, snapshot);
    this.#tcp.recheckStreams();
  }
}
