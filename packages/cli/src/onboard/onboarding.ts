import {
  changeConfig,
  type ApplyResult,
  type Candidate,
  type FieldChange,
  type ProviderChanges,
} from "@durar/apply";
import { valueAt, type Path } from "@durar/credential-surface";
import { refsIn, parseSecretInput, type SecretRef } from "@durar/secretref-schema";
import { Session } from "../configure/session.ts";
import type { Surroundings } from "../console.ts";
import type { Installation } from "../installation.ts";
import { authFields, authPath, keyFields, type Answers, type AuthAnswer, type AuthMode } from "./answers.ts";

/** What is to be set, and what is to stay and must resolve. */
export interface Decision {
  readonly fields: readonly FieldChange[];
  readonly keep: readonly Path[];
}

/** One run of the onboarding, on an installation that need not have a configuration yet. */
export class Onboarding {
  /** What is there, and the providers that are added. */
  readonly session: Session;
  /** Whether commands may be run: `--allow-exec`, or the operator's word. */
  allowExec: boolean;

  /**
   * @param given whether commands may be run, and the providers that are added from the start
   * @throws ApplyError `APPLY_REFUSED` where a store cannot be read
   */
  constructor(
    installation: Installation,
    surroundings: Surroundings,
    { allowExec, upserts }: { readonly allowExec: boolean } & Pick<ProviderChanges, "upserts">,
  ) {
    const options = { allowExec, agentId: undefined, output: undefined, mayCreateConfig: true };
    this.session = new Session(installation, surroundings, options);
    this.allowExec = allowExec;
    for (const [alias, settings] of Object.entries(upserts)) this.session.setProvider(alias, settings);
  }

  /** The credential that the gateway is configured with; `undefined` where it has none. */
  get presentAuth(): (Candidate & { readonly mode: AuthMode }) | undefined {
    const mode = this.#configured(["gateway", "auth", "mode"]);
    const modes = (["token", "password"] as const).filter((one) => typeof mode !== "string" || one === mode);
    for (const one of modes) {
      const candidate = this.session.planner.find(authPath(one));
      if (candidate !== undefined && candidate.state !== "unset") return { ...candidate, mode: one };
    }
    return undefined;
  }

  /** The refs at a path of the configuration, several where it holds a template. */
  refsAt(path: Path): readonly SecretRef[] {
    const { defaults } = this.session.secrets;
    return refsIn(parseSecretInput(this.#configured(path), { defaults }));
  }

  /** Whether plaintext would be lost for good if this took its place. */
  replacesPlaintext({ path, value }: FieldChange): boolean {
    const present = this.#configured(path);
    const isCredential = this.session.planner.find(path) !== undefined;
    return isCredential && present !== value && parseSecretInput(present).kind === "plaintext";
  }

  /** An answer about the gateway, with what is kept of it: a ref that stays has to resolve as a new one has. */
  decideAuth(auth: AuthAnswer): Decision {
    const path = auth.kind === "keep" ? this.presentAuth?.path : undefined;
    const isRef = path !== undefined && this.refsAt(path).length > 0;
    return { fields: authFields(auth), keep: isRef ? [path] : [] };
  }

  decide({ auth, key }: Answers): Decision {
    const decided = this.decideAuth(auth);
    return { ...decided, fields: [...decided.fields, ...keyFields(key)] };
  }

  /** Whether commands have to be run before it is saved. */
  needsExec({ fields, keep }: Decision): boolean {
    const { secrets, changes } = this.session;
    const refs = [
      ...fields.flatMap(({ value }) => refsIn(parseSecretInput(value, { defaults: secrets.defaults }))),
      ...keep.flatMap((path) => this.refsAt(path)),
    ];
    return [...refs, ...Object.values(changes.upserts)].some(({ source }) => source === "exec");
  }

  /** Checks what was decided as the installation would be with it, and writes it where it is to be written. */
  carryOut({ fields, keep }: Decision, mode: "dry-run" | "write"): Promise<ApplyResult> {
    const { place, installation, surroundings, changes } = this.session;
    return changeConfig({
      ...place,
      ...{ fields, keep, mode, providerUpserts: changes.upserts, allowExec: this.allowExec },
      journal: installation.layout.journalFile,
      signal: surroundings.signal,
    });
  }

  #configured(path: Path): unknown {
    return valueAt(this.session.installation.config, path);
  }
}
