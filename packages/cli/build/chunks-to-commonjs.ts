import type { Options } from "tsup";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

/** Only modules can be split at their dynamic imports, so they are split as modules and made CommonJS afterwards. */
export const chunksToCommonJs: Plugin = {
  name: "chunks-to-commonjs",
  setup(build) {
    build.onEnd(async ({ outputFiles = [] }) => {
      for (const file of outputFiles) {
        const { code } = await build.esbuild.transform(file.text, {
          format: "cjs",
          platform: "node",
          target: "node20",
          minify: true,
          // A real import() would start Node's module loader for the sake of a file beside this one.
          supported: { "dynamic-import": false },
        });
        file.contents = Buffer.from(code);
      }
    });
  },
};
