import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Options } from "tsup";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

const fileName = "THIRD-PARTY-LICENSES.txt";
const isLicense = /^licen[cs]e(\.(md|txt))?$/i;

/** Writes the licences of every package whose code is in the bundle beside it, as they ask for. */
export const thirdPartyLicenses: Plugin = {
  name: "third-party-licenses",
  setup(build) {
    const { initialOptions } = build;
    initialOptions.metafile = true;
    build.onEnd(({ metafile, outputFiles = [] }) => {
      const inputs = Object.values(metafile?.outputs ?? {}).flatMap(({ inputs }) => Object.keys(inputs));
      const text = notices(packagesOf(inputs));
      const path = resolve(initialOptions.outdir ?? "dist", fileName);
      outputFiles.push({ path, hash: "", contents: Buffer.from(text), text });
    });
  },
};

/** The directories of the packages that files belong to, ours not among them. */
export function packagesOf(files: readonly string[]): readonly string[] {
  const directories = files.flatMap(
    (file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? [],
  );
  return [...new Set(directories)].map((directory) => resolve(directory)).sort();
}

/**
 * The licence of each package: its licence file, or, where it was published without one, what its manifest states.
 *
 * @throws Error for a package that has neither: its code must not be in the bundle
 */
export function notices(directories: readonly string[]): string {
  return directories
    .map((directory) => {
      const manifest = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as Record<
        string,
        string
      >;
      const { name, version, license, author } = manifest;
      const file = readdirSync(directory).find((entry) => isLicense.test(entry));
      if (file === undefined && license === undefined) throw new Error(`${name} has no licence`);
      const text =
        file === undefined
          ? `Published without a licence file. Author, as its manifest states: ${author ?? "unknown"}`
          : readFileSync(join(directory, file), "utf8").trim();
      return `${name} ${version} (${license})\n\n${text}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}
