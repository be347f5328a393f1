import { defineConfig, mergeConfig } from "vitest/config";
import { shared } from "../../vitest.shared.ts";

export default mergeConfig(
  shared,
  defineConfig({
    // The tests start processes, shells and terminals, which takes long on a busy machine.
    test: { testTimeout: 30_000 },
  }),
);
