#!/usr/bin/env node
"use strict";

// CommonJS, since Node starts it a quarter faster than a module.
const [first, ...rest] = process.argv.slice(2);
if (rest.length === 0 && (first === "--version" || first === "-V")) {
  process.stdout.write(`${require("../package.json").version}\n`);
} else {
  // Node 22.8 and later keep compiled code between starts; earlier ones do without.
  require("node:module").enableCompileCache?.();
  require("../dist/main.cjs");
}
