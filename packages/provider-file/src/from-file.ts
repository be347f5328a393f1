import {
  expandHome,
  readProviderConfig,
  type FileProviderConfig,
  type FileProviderInput,
  type ProviderCheck,
  type SecretAnswer,
  type SecretProvider,
} from "@durar/secretref-schema";
import { createDeadlines } from "./deadlines.ts";
import { failProvider, type Result } from "./failures.ts";
import { parsePayload, type Payload } from "./parse-payload.ts";
import { pickValue, rejectId } from "./pick-value.ts";
import { checkFile, readTrustedFile, type SecretsFile } from "./read-trusted-file.ts";

/** What a file provider is made with. */
export interface FromFileOptions {
  /**
   * The absolute directory that `~/` stands for in a path.
   * @default `HOME` of the request's environment, else the home directory of the process's user
   */
  readonly home?: string | undefined;
}

/**
 * Makes the provider of file refs. A call reads the file once, whatever the number of its ids, after a check that nobody
 * but root and the current user can have written it; a call without a good id reads nothing.
 * The deadline is `timeoutMs`. A read that outlives it cannot be cancelled: it is left behind, and until it is back this
 * provider fails at once for the same alias and path.
 * Nothing is thrown; an answer's error has one of the codes the README lists.
 *
 * @example
 * const config = { source: "file", path: "~/secrets.json" } as const;
 * const answers = await fromFile().resolve({ provider: "main", config, ids: ["/database/password"] });
 */
export function fromFile(options: FromFileOptions = {}): SecretProvider<FileProviderInput> {
  const { home } = options;
  const withDeadline = createDeadlines();

  async function visit<Value>(
    { provider, environment = process.env, signal }: ProviderCheck,
    config: FileProviderConfig,
    call: (file: SecretsFile) => Promise<Result<Value>>,
  ): Promise<Result<Value>> {
    const path = expandHome(config.path, home, environment);
    if (path === undefined)
      return failProvider("SECRET_PATH_UNREADABLE", provider, {
        problem: "the home directory that ~/ stands for is not known",
        hint: "set HOME where this process is started, or configure an absolute path",
      });
    const { timeoutMs } = config;
    const key = JSON.stringify([provider, path]);
    const outcome = await withDeadline(key, { timeoutMs, signal }, () => call({ provider, config, path }));
    switch (outcome.kind) {
      case "done":
        return outcome.result;
      case "aborted":
        return failProvider("SECRET_ABORTED", provider, { problem: "the attempt was aborted" });
      case "timeout":
        return failProvider("SECRET_PROVIDER_TIMEOUT", provider, {
          problem: `the file system did not answer within timeoutMs, ${timeoutMs} ms`,
          hint: "check the mount the file is on, or raise timeoutMs",
        });
      case "stuck":
        return failProvider("SECRET_PROVIDER_TIMEOUT", provider, {
          problem: "the file system has not yet answered an earlier attempt that timed out",
          hint: "check the mount the file is on",
        });
    }
  }

  async function load(request: ProviderCheck, config: FileProviderConfig): Promise<Result<Payload>> {
    const read = await visit(request, config, readTrustedFile);
    return read.ok ? parsePayload(request.provider, config.mode, read.value) : read;
  }

  return Object.freeze<SecretProvider<FileProviderInput>>({
    source: "file",
    async resolve(request) {
      const { provider, ids } = request;
      const read = readProviderConfig("file", provider, request.config);
      let reading: Promise<Result<Payload>> | undefined;
      const answer = async (id: string): Promise<SecretAnswer> => {
        if (!read.ok) return { ok: false, error: read.error.with({ id }) };
        const rejected = rejectId(provider, read.config.mode, id);
        if (rejected !== undefined) return rejected;
        reading ??= load(request, read.config);
        const payload = await reading;
        if (!payload.ok) return { ok: false, error: payload.error.with({ id }) };
        return pickValue(provider, payload.value, id);
      };
      const answers = new Map<string, SecretAnswer>();
      for (const id of ids) answers.set(id, Object.freeze(await answer(id)));
      return answers;
    },
    async check(request) {
      const read = readProviderConfig("file", request.provider, request.config);
      const checked = read.ok ? await visit(request, read.config, checkFile) : read;
      return checked.ok ? undefined : checked.error;
    },
  });
}
