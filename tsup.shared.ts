import type { Options } from "tsup";

/** How every library is built: one ES module with its types, dependencies left as imports. */
export const library: Options = {
  entry: ["src/index.ts"],
  format: ["esm"],
  target: "node20",
  platform: "node",
  dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
  clean: true,
  sourcemap: true,
  treeshake: true,
};
