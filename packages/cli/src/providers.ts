import { encodeExecRequest, type SecretProvider } from "@durar/secretref-schema";

/**
 * The providers of this command, in one place. Each is loaded when a ref of its source is first met, so that the
 * command starts without them.
 */
export function createProviders(): readonly SecretProvider[] {
  return [
    lazily("env", async () => (await import("@durar/provider-env")).fromEnv()),
    lazily("file", async () => (await import("@durar/provider-file")).fromFile()),
    {
      ...lazily("exec", async () => (await import("@durar/provider-exec")).fromExec()),
      requestBytes: (provider, ids) => Buffer.byteLength(encodeExecRequest(provider, ids)),
    },
  ];
}

function lazily(source: SecretProvider["source"], load: () => Promise<SecretProvider>): SecretProvider {
  let loaded: Promise<SecretProvider> | undefined;
  const provider = (): Promise<SecretProvider> => (loaded ??= load());
  return {
    source,
    resolve: async (request) => (await provider()).resolve(request),
    check: async (request) => (await provider()).check(request),
  };
}
