/** The sources a ref can have. The set is closed. */
export const SOURCES = Object.freeze(/** @type {const} */ (["env", "file", "exec"]));

/** @typedef {(typeof SOURCES)[number]} Source */

const longest = 40;

/**
 * What the files of a provider call it, from its name and source.
 *
 * @param {string} name lower-case words with hyphens between them
 * @param {string} source
 * @throws Error of one line where one of them is none
 */
export function namesOf(name, source) {
  if (name.startsWith("provider-"))
    throw new Error(
      `The name ${name} has a prefix that is added to it: use ${name.slice("provider-".length)}.`,
    );
  if (name.length > longest || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name))
    throw new Error(
      `A provider's name is lower-case words of letters and digits with hyphens between them, ${longest} characters at most, as in azure-vault; ${JSON.stringify(name.slice(0, longest + 1))} is none.`,
    );
  const known = SOURCES.find((one) => one === source);
  if (known === undefined)
    throw new Error(
      `A source is one of ${SOURCES.join(", ")}; ${JSON.stringify(source.slice(0, 40))} is none.`,
    );
  const pascal = name.replace(/(?:^|-)([a-z0-9])/g, (_, first) => first.toUpperCase());
  return Object.freeze({
    name,
    source: known,
    directory: `packages/provider-${name}`,
    packageName: `@durar/provider-${name}`,
    description: `Resolve ${known} SecretRefs from ${name}.`,
    from: `from${pascal}`,
    options: `From${pascal}Options`,
    prefix: name.toUpperCase().replaceAll("-", "_"),
    config: `${known[0]?.toUpperCase()}${known.slice(1)}ProviderConfig`,
    input: `${known[0]?.toUpperCase()}${known.slice(1)}ProviderInput`,
  });
}

/** @typedef {ReturnType<typeof namesOf>} Names */
