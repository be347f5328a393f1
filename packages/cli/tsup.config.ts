import type { Options } from "tsup";

const shared: Options = {
  target: "node20",
  platform: "node",
  noExternal: [/.*/],
  esbuildOptions(options) {
    options.conditions = ["@durar/source"];
  },
  clean: true,
  minify: true,
  treeshake: false,
};

/**
 * The command is one CommonJS file, which starts fastest; what only some commands need is in it, and evaluated only
 * when such a command runs. The library beside it is a module like every other.
 */
const bundles: Options[] = [
  { ...shared, entry: ["src/main.ts"], format: ["cjs"] },
  {
    ...shared,
    entry: ["src/index.ts"],
    format: ["esm"],
    // Commander is CommonJS and asks for Node's own modules by require.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
  },
];

export default bundles;
