import type { ViteUserConfig } from "vitest/config";

const conditions = ["@durar/source", "module", "node", "development|production"];

/** Workspace packages are tested from their sources, through an export condition: no build is needed first. */
export const shared: ViteUserConfig = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ["@durar/source", "node"] } },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
};
