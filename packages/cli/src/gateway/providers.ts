import { fromEnv } from "@durar/provider-env";
import { fromExec } from "@durar/provider-exec";
import { fromFile } from "@durar/provider-file";
import type { SecretProvider } from "@durar/secretref-schema";

/** The providers of this command, in one place. */
export function createProviders(): readonly SecretProvider[] {
  return [fromEnv(), fromFile(), fromExec()];
}
