import { execFile } from "node:child_process";
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/*
 * What installing a published package brings: itself, and every package it needs at run time, as the lock file has
 * them. Ours count with the files that npm publishes of them, others with the files that lie in node_modules.
 */

/**
 * @typedef {{ readonly packages: number, readonly bytes: number }} InstallSize
 * @typedef {{
 *   readonly name?: string, readonly version?: string, readonly link?: boolean, readonly resolved?: string,
 *   readonly dependencies?: Readonly<Record<string, string>>,
 *   readonly optionalDependencies?: Readonly<Record<string, string>>,
 *   readonly peerDependencies?: Readonly<Record<string, string>>,
 *   readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>,
 * }} LockedPackage
 * @typedef {Readonly<Record<string, LockedPackage>>} LockedPackages the `packages` of a lock file, by location
 * @typedef {{
 *   readonly name: string,
 *   readonly dependencies?: Readonly<Record<string, string>>,
 *   readonly optionalDependencies?: Readonly<Record<string, string>>,
 *   readonly nx: { readonly tags: readonly string[] },
 * }} Manifest
 */

/** The sentence of a README that says what the package brings, at a line's start or within a paragraph. */
export const SIZE_SENTENCE = /Size installed, dependencies included: (\d+) packages?, ([\d.]+) (kB|MB)\./g;

const units = { kB: 1000, MB: 1_000_000 };

/**
 * The sentence for a size, to two digits at least.
 * @param {InstallSize} size
 */
export function sizeSentence({ packages, bytes }) {
  const unit = bytes < 999_500 ? "kB" : "MB";
  const amount = bytes / units[unit];
  const shown = amount < 10 ? amount.toFixed(1) : amount.toFixed(0);
  return `Size installed, dependencies included: ${packages} ${packages === 1 ? "package" : "packages"}, ${shown} ${unit}.`;
}

/**
 * Reads the sizes a README states; it should state one.
 * @param {string} readme
 * @returns {InstallSize[]}
 */
export function statedSizes(readme) {
  return [...readme.matchAll(SIZE_SENTENCE)].map(([, packages, amount, unit]) => ({
    packages: Number(packages),
    bytes: Number(amount) * units[/** @type {"kB" | "MB"} */ (unit)],
  }));
}

/**
 * The manifests of the published packages, by folder name.
 * @param {string} root
 * @returns {Map<string, Manifest>}
 */
export function publishedManifests(root) {
  const folders = readdirSync(join(root, "packages"));
  return new Map(
    folders
      .filter((folder) => existsSync(join(root, "packages", folder, "package.json")))
      .map((folder) => [folder, readJson(join(root, "packages", folder, "package.json"))]),
  );
}

/**
 * The direct run-time dependencies that are not ours.
 * @param {Manifest} manifest
 * @returns {string[]}
 */
export function outsideDependencies({ dependencies, optionalDependencies }) {
  return Object.keys({ ...dependencies, ...optionalDependencies }).filter(
    (name) => !name.startsWith("@durar/"),
  );
}

/**
 * Every location in the lock file that a package needs at run time, its own first; one of two locations that hold the
 * same version of the same package. An optional peer is for the user to install.
 * @param {LockedPackages} locked
 * @param {string} location
 * @returns {string[]}
 */
export function locationsNeeded(locked, location) {
  /** @type {Map<string, string>} */
  const needed = new Map();
  const visited = new Set([location]);
  for (const current of visited) {
    const entry = locked[current] ?? {};
    const name = entry.name ?? current.split("node_modules/").at(-1);
    const identity = `${name}@${entry.version}`;
    if (!needed.has(identity)) needed.set(identity, current);
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = entry;
    const peers = Object.keys(peerDependencies ?? {}).filter(
      (peer) => peerDependenciesMeta?.[peer]?.optional !== true,
    );
    for (const dependency of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers])
      visited.add(locate(locked, current, dependency));
  }
  return [...needed.values()];
}

/**
 * Finds a dependency as Node does: in the node_modules of the package, then of every directory above it.
 * @param {LockedPackages} locked
 * @param {string} from
 * @param {string} name
 * @returns {string}
 */
function locate(locked, from, name) {
  const segments = from.split("/");
  for (let length = segments.length; length >= 0; length -= 1) {
    const location = [...segments.slice(0, length), "node_modules", name].join("/");
    const entry = locked[location];
    if (entry !== undefined) return entry.link === true ? (entry.resolved ?? location) : location;
  }
  throw new Error(`the lock file has no ${name}, which ${from} needs: run npm install`);
}

/**
 * What each published package brings, by folder name. The packages must be built.
 * @param {string} root
 * @returns {Promise<Map<string, InstallSize>>}
 */
export async function measureInstallSizes(root) {
  /** @type {{ readonly packages: LockedPackages }} */
  const { packages: locked } = readJson(join(root, "package-lock.json"));
  const folders = [...publishedManifests(root).keys()];
  const sizes = await publishedSizes(root, folders);
  /** @param {string} location */
  const sizeOf = (location) => {
    const size = sizes.get(location) ?? installedSize(join(root, location));
    sizes.set(location, size);
    return size;
  };
  return new Map(
    folders.map((folder) => {
      const locations = locationsNeeded(locked, `packages/${folder}`);
      const bytes = locations.reduce((sum, location) => sum + sizeOf(location), 0);
      return [folder, { packages: locations.length, bytes }];
    }),
  );
}

/**
 * The bytes npm would publish of each package, by location.
 * @param {string} root
 * @param {readonly string[]} folders
 * @returns {Promise<Map<string, number>>}
 */
async function publishedSizes(root, folders) {
  const workspaces = folders.flatMap((folder) => ["--workspace", `packages/${folder}`]);
  const { stdout } = await promisify(execFile)("npm", ["pack", "--dry-run", "--json", ...workspaces], {
    cwd: root,
    maxBuffer: 64_000_000,
  });
  /** @type {Record<string, { name: string, unpackedSize: number, files: { path: string }[] }>} */
  const packed = JSON.parse(stdout);
  return new Map(
    Object.values(packed).map(({ name, unpackedSize, files }) => {
      if (!files.some(({ path }) => path.startsWith("dist/")))
        throw new Error(`${name} is not built: run npx nx run-many -t build`);
      return [`packages/${name.slice("@durar/".length)}`, unpackedSize];
    }),
  );
}

/**
 * The bytes of a package's own files in node_modules, without the packages nested in it.
 * @param {string} directory
 * @returns {number}
 */
function installedSize(directory) {
  return readdirSync(directory, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? sum : sum + installedSize(path);
    return sum + lstatSync(path).size;
  }, 0);
}

/**
 * @template Value
 * @param {string} path
 * @returns {Value}
 */
function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}
