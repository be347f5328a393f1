import type { Options } from "tsup";
import { library } from "../../tsup.shared.ts";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

/** Stops the build where code of others would be in the command: it would need their licences beside it. */
const ownCodeOnly: Plugin = {
  name: "own-code-only",
  setup(build) {
    build.initialOptions.metafile = true;
    build.onEnd(({ metafile }) => {
      const inputs = Object.values(metafile?.outputs ?? {}).flatMap(({ inputs }) => Object.keys(inputs));
      const foreign = inputs.find((input) => input.includes("node_modules/"));
      if (foreign !== undefined) throw new Error(`the command would hold ${foreign}`);
    });
  },
};

/** The command holds all its code, in pieces: what only some invocations need is not even parsed by the others. */
const command: Options = {
  ...library,
  entry: ["src/main.ts"],
  noExternal: [/.*/],
  esbuildOptions(options) {
    options.conditions = ["@durar/source"];
  },
  esbuildPlugins: [ownCodeOnly],
  splitting: true,
  dts: false,
  sourcemap: false,
  minify: true,
  // esbuild has done it; a second time would put the pieces together again.
  treeshake: false,
};

const bundles: Options[] = [library, command];

export default bundles;
