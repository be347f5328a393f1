import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { formatFiles, generateFiles, logger, readJson, writeJson } from "@nx/devkit";
import { EXAMPLES } from "./examples.js";
import { addToLayers, addToReadme } from "./lists.js";
import { namesOf } from "./names.js";

/**
 * @typedef {import("@nx/devkit").Tree} Tree
 * @typedef {Record<string, unknown> & { readonly repository: object, readonly nx: { readonly targets: object } }} Manifest
 */

const templates = fileURLToPath(new URL("../templates", import.meta.url));

/** The provider whose manifest and configuration a new one gets: so they cannot come to differ. */
const model = "packages/provider-env";
const copied = ["LICENSE", "eslint.config.js", "tsconfig.json", "tsup.config.ts", "vitest.config.ts"];

/**
 * Makes the package of a new provider, which builds and passes every check as it is, and adds it to the workspace's
 * lists.
 *
 * @param {Tree} tree
 * @param {{ readonly name: string, readonly source?: string }} options
 * @returns {Promise<() => void>} what is to be done once the files are written: links the package, says what is next
 * @throws Error where the name or the source is none, or the package is there already
 */
export default async function makeProvider(tree, { name, source = "file" }) {
  const names = namesOf(name, source);
  const { directory } = names;
  if (tree.exists(directory)) throw new Error(`${directory} is there already, and is not overwritten.`);

  for (const file of copied) tree.write(`${directory}/${file}`, read(tree, `${model}/${file}`));
  /** @type {Manifest} */
  const modelManifest = readJson(tree, `${model}/package.json`);
  writeJson(tree, `${directory}/package.json`, manifest(modelManifest, names));
  const size = /Size installed, dependencies included: .*\./.exec(read(tree, `${model}/README.md`))?.[0];
  generateFiles(tree, templates, directory, { ...names, ...EXAMPLES[names.source], size });
  tree.write("README.md", addToReadme(read(tree, "README.md"), names));
  tree.write("CONTRIBUTING.md", addToLayers(read(tree, "CONTRIBUTING.md"), names));
  await formatFiles(tree);

  return () => {
    link(tree.root);
    logger.info(nextSteps(names, Object.keys(modelManifest.nx.targets)));
  };
}

/**
 * @param {Tree} tree
 * @param {string} path
 * @returns {string}
 */
function read(tree, path) {
  const text = tree.read(path, "utf8");
  if (text === null) throw new Error(`${path} is missing, and a provider is made after it.`);
  return text;
}

/**
 * The model's manifest, for the new package.
 * @param {Manifest} of
 * @param {import("./names.js").Names} names
 */
function manifest(of, { name, source, directory, packageName, description }) {
  const keywords = [...new Set(["secret", "secretref", source, ...name.split("-")])];
  const repository = { ...of.repository, directory };
  return { ...of, name: packageName, version: "0.1.0", description, keywords, repository };
}

/**
 * Lets npm link the package into node_modules and the lock file. It fetches nothing: all it needs is there.
 * @param {string} root
 */
function link(root) {
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
  const { status } = spawnSync("npm", ["install", ...flags, "--omit-lockfile-registry-resolved"], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0)
    throw new Error("The package is made, but npm could not link it. Run npm install, then its checks.");
}

/**
 * @param {import("./names.js").Names} names
 * @param {readonly string[]} targets
 */
function nextSteps({ directory, packageName, source }, targets) {
  return [
    "",
    `${packageName} resolves ${source} refs from variables, until you replace src/look-up.ts. Next:`,
    "",
    `  1. ${directory}/src/look-up.ts: ask your store there, and keep to the signal`,
    `  2. ${directory}/README.md, its package.json and its row in README.md: say what it is`,
    "  3. packages/cli/src/gateway/providers.ts: hand it in, instead of the one of the same source",
    "",
    "Its checks, which pass as it is:",
    "",
    `  npx nx run-many -t ${targets.join(" ")} -p ${packageName}`,
    "",
  ].join("\n");
}
