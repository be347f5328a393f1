import type { Options } from "tsup";
import { chunksToCommonJs } from "./build/chunks-to-commonjs.ts";
import { thirdPartyLicenses } from "./build/third-party-licenses.ts";

const shared: Options = {
  target: "node20",
  platform: "node",
  format: ["esm"],
  splitting: true,
  noExternal: [/.*/],
  esbuildOptions(options) {
    options.conditions = ["@durar/source"];
  },
  clean: true,
  minify: true,
  treeshake: false,
};

/**
 * The command is CommonJS, which starts fastest, in pieces: what only some commands need is not even parsed until such
 * a command runs. The library beside it is a module like every other.
 */
const bundles: Options[] = [
  {
    ...shared,
    entry: ["src/main.ts"],
    outExtension: () => ({ js: ".cjs" }),
    esbuildPlugins: [chunksToCommonJs, thirdPartyLicenses],
  },
  {
    ...shared,
    entry: ["src/index.ts"],
    // What is CommonJS inside asks for Node's own modules by require.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
  },
];

export default bundles;
