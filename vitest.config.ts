import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Many tests wait for processes more than they work: several files at a time cost no core.
    maxWorkers: 4,
    projects: ["packages/*", "tools/*/vitest.config.ts"],
    coverage: {
      include: ["packages/*/src/**/*.ts"],
      exclude: ["**/*.test.ts", "**/fixtures/**"],
      thresholds: { lines: 90 },
      reporter: ["text", "json-summary"],
    },
  },
});
