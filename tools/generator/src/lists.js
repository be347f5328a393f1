/*
 * The documents of the workspace that list the providers. A new one goes behind the last.
 */

/**
 * Adds a row to the table of packages in the root's README.
 * @param {string} readme
 * @param {import("./names.js").Names} names
 */
export function addToReadme(readme, { directory, packageName, name, source }) {
  const row = `| [\`${packageName}\`](${directory}) | ${source} references that ${name} resolves |`;
  return insertAfterLast(readme, /^\| \[`@durar\/provider-.*\n/gm, `${row}\n`);
}

/**
 * Adds the folder to the table of layers in CONTRIBUTING.md.
 * @param {string} contributing
 * @param {import("./names.js").Names} names
 */
export function addToLayers(contributing, { name }) {
  return insertAfterLast(contributing, /^\| provider +\|.*provider-[a-z0-9-]+/gm, `, provider-${name}`);
}

/**
 * @param {string} text
 * @param {RegExp} pattern
 * @param {string} addition
 */
function insertAfterLast(text, pattern, addition) {
  const last = [...text.matchAll(pattern)].at(-1);
  if (last === undefined) throw new Error(`No list of providers is found by ${String(pattern)}.`);
  const end = last.index + last[0].length;
  return text.slice(0, end) + addition + text.slice(end);
}
