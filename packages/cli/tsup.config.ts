import type { Options } from "tsup";

/** The command is one bundle, so that it starts fast; what only some commands need is loaded by them. */
const bundle: Options = {
  entry: ["src/main.ts", "src/index.ts"],
  format: ["esm"],
  target: "node20",
  platform: "node",
  // Commander is CommonJS and asks for Node's own modules by require.
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
  dts: { entry: "src/index.ts", compilerOptions: { ignoreDeprecations: "6.0" } },
  noExternal: [/.*/],
  esbuildOptions(options) {
    options.conditions = ["@durar/source"];
  },
  clean: true,
  minify: true,
  splitting: true,
  treeshake: true,
};

export default bundle;
