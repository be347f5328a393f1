import { defineConfig, mergeConfig } from "vitest/config";
import { shared } from "../../vitest.shared.ts";

export default mergeConfig(
  shared,
  defineConfig({
    test: {
      // The tests wait for processes more than they work: several files at a time cost no core.
      maxWorkers: 4,
      // Starting processes takes long on a busy machine.
      testTimeout: 30_000,
      // Asks execa to print all it does; the console goes to stderr, where the tests look for it.
      env: { NODE_DEBUG: "execa" },
      disableConsoleIntercept: true,
    },
  }),
);
