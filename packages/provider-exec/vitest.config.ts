import { defineConfig, mergeConfig } from "vitest/config";
import { shared } from "../../vitest.shared.ts";

export default mergeConfig(
  shared,
  defineConfig({
    test: {
      // Asks execa to print all it does; the console goes to stderr, where the tests look for it.
      env: { NODE_DEBUG: "execa" },
      disableConsoleIntercept: true,
    },
  }),
);
