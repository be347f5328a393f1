import { editDocument, readTextFile, type ConfigDocument, type JsonValue } from "@durar/config-document";
import { formatPath } from "@durar/credential-surface";
import type { Layout } from "@durar/durar-config";
import type { ConfigDocumentReport } from "@durar/gateway-client";
import type { Environment } from "@durar/secretref-schema";
import type { Submission } from "@durar/snapshot";
import { gatewayError } from "../errors.ts";
import { loadInputs } from "../inputs/load-inputs.ts";
import { checkConfig, parseConfig, readConfigFile } from "../inputs/read-config.ts";
import { redactDocument } from "../redaction/redact-document.ts";
import { REDACTION_RULES } from "../redaction/redaction-problems.ts";
import { restoreSentinels } from "../redaction/restore-sentinels.ts";
import type { RedactionRules } from "../redaction/types.ts";
import { ConfigHash } from "./config-hash.ts";
import { mergePatchChanges } from "./merge-patch.ts";
import { writeConfig } from "./write-config.ts";

/** What messages call a text that a client sends. */
const SUBMITTED = "the submitted configuration";

export interface ConfigAccessOptions {
  readonly layout: Layout;
  /** The process's own. */
  readonly environment: Environment;
  readonly rules: RedactionRules;
  /** What must not be shown wherever it turns up; asked each time. */
  readonly secrets: Iterable<string>;
  /** Told of a text just before it is written, and of `undefined` where that failed. */
  readonly onWrite: (text: string | undefined) => void;
}

/** What a client submits: a whole text, or a patch of the one on disk. */
export type SubmittedConfig = { readonly raw: string } | { readonly patch: unknown };

/** A write that is ready to be prepared and committed. */
export interface ConfigSubmission extends Submission {
  /** What the file will hold. */
  readonly text: string;
}

/** The configuration file as clients see it, redacted, and what they make of it. */
export class ConfigAccess {
  readonly #options: ConfigAccessOptions;
  readonly #hash = new ConfigHash();

  constructor(options: ConfigAccessOptions) {
    this.#options = options;
  }

  /**
   * What is on disk, redacted; also where it breaks a rule, so that it can be mended.
   *
   * @throws DurarError `CONFIG_INVALID` where it cannot be read or is not well formed
   */
  get(): ConfigDocumentReport {
    const { layout, rules, secrets } = this.#options;
    const document = readConfigFile(layout.configFile);
    const { config, raw } = redactDocument(document, secrets, rules);
    return { config, raw, hash: this.hashOf(document.text) };
  }

  /** Names a content to this process alone. */
  hashOf(text: string): string {
    return this.#hash.of(text);
  }

  /**
   * Makes of what is submitted the text to write and the inputs to activate: the sentinels restored, every rule checked.
   * Positions are those of what is submitted.
   *
   * @throws DurarError `CONFIG_CONFLICT` where the file is another than `baseHash` names, `CONFIG_INVALID` for a text
   * that is not well formed; AggregateError of `CONFIG_SENTINEL` or `CONFIG_INVALID` errors
   */
  submit(submitted: SubmittedConfig, baseHash: string): ConfigSubmission {
    const { layout, environment, rules, onWrite } = this.#options;
    const path = layout.configFile;
    const current = readTextFile(path);
    if (!current.ok || this.hashOf(current.text) !== baseHash)
      throw gatewayError("CONFIG_CONFLICT", "the configuration on disk is not the one that baseHash names");
    const onDisk = parseConfig(current.text, path);
    const asSent = parseConfig(
      "raw" in submitted ? submitted.raw : patched(onDisk, submitted.patch),
      SUBMITTED,
    );
    refuseUnwritable(asSent);
    const text = this.#restore(asSent, onDisk);
    const { value } = parseConfig(text, SUBMITTED);
    checkConfig(value, asSent, SUBMITTED);
    return {
      text,
      inputs: loadInputs(layout, environment, value),
      commit: async (signal) => {
        onWrite(text);
        try {
          await writeConfig({ path, text, expected: current.text, sentinel: rules.sentinel, signal });
        } catch (error) {
          onWrite(undefined);
          throw error;
        }
      },
    };
  }

  #restore(submitted: ConfigDocument, onDisk: ConfigDocument): string {
    const { rules, secrets } = this.#options;
    const restored = restoreSentinels(submitted, onDisk, secrets, rules);
    if (restored.ok) return restored.text;
    throw new AggregateError(
      restored.problems.map(({ path, line, column, rule }) => {
        const { when, hint } = REDACTION_RULES[rule];
        const place = path === "" ? "" : ` ${path}:`;
        const message = `${SUBMITTED}:${line}:${column}:${place} ${when}`;
        return gatewayError("CONFIG_SENTINEL", message, { hint, paths: path === "" ? [] : [path] });
      }),
    );
  }
}

function patched(onDisk: ConfigDocument, patch: unknown): string {
  const edited = editDocument(onDisk, mergePatchChanges(onDisk.value, patch as JsonValue));
  if (edited.ok) return edited.text;
  throw new AggregateError(
    edited.problems.map(({ path, message }) => {
      const place = formatPath(path);
      const where = place === "" ? "the patch" : `the patch at ${place}`;
      return gatewayError("CONFIG_INVALID", `${where}: ${message}`, { paths: place === "" ? [] : [place] });
    }),
  );
}

/** In UTF-8 it would become another character, and what is on disk another secret than the one in force. */
function refuseUnwritable(submitted: ConfigDocument): void {
  const start = submitted.text.search(/\p{Surrogate}/u);
  if (start < 0) return;
  const { line, column } = submitted.span({ start, end: start + 1 });
  const problem = "half of a surrogate pair stands here, which no file in UTF-8 can hold";
  throw gatewayError("CONFIG_INVALID", `${SUBMITTED}:${line}:${column}: ${problem}`, {
    hint: "write it as an escape, such as \\ud800, or leave it out",
  });
}
