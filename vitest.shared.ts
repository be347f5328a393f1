import type { ViteUserConfig } from "vitest/config";

const conditions = ["@durar/source", "module", "node", "development|production"];

/** Workspace packages are tested from their sources, through an export condition: no build is needed first. */
export const shared: ViteUserConfig = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ["@durar/source", "node"] } },
  // Real processes, shells and compilers are started, which takes long on a busy machine.
  test: { environment: "node", include: ["src/**/*.test.ts"], testTimeout: 30_000, hookTimeout: 30_000 },
};
