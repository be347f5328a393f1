import type { ManagerStatus } from "@durar/snapshot";
import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What is measured, in a registry of its own. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #generation = new Gauge({
    name: "durar_secrets_generation",
    help: "Generation of the snapshot in force.",
    registers: [this.#registry],
  });
  readonly #degraded = new Gauge({
    name: "durar_secrets_degraded",
    help: "1 while the last good snapshot stays in force because a later activation failed, else 0.",
    registers: [this.#registry],
  });
  readonly #activations = new Counter({
    name: "durar_secrets_activations_total",
    help: "Attempts to activate what is on disk, by what came of them.",
    labelNames: ["result"] as const,
    registers: [this.#registry],
  });
  readonly #duration = new Histogram({
    name: "durar_secrets_activation_duration_seconds",
    help: "How long an activation took.",
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60],
    registers: [this.#registry],
  });
  #counted: ManagerStatus["lastAttempt"];

  constructor() {
    // A counter that is there from the start can be watched from the start.
    for (const result of ["success", "failure"]) this.#activations.inc({ result }, 0);
  }

  /** Takes over how the secrets stand; an attempt counts once. */
  observe({ generation, state, lastAttempt }: ManagerStatus): void {
    this.#generation.set(generation);
    this.#degraded.set(state === "degraded" ? 1 : 0);
    if (lastAttempt === undefined || lastAttempt === this.#counted) return;
    this.#counted = lastAttempt;
    this.#activations.inc({ result: lastAttempt.ok ? "success" : "failure" });
    this.#duration.observe(lastAttempt.durationMs / 1000);
  }

  /** The media type of {@link text}. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Everything measured, in the format of Prometheus. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
