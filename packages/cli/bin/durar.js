#!/usr/bin/env node
"use strict";

// CommonJS, since Node starts it a quarter faster than a module. The code cache of later versions of Node stays off: it
// would be written to a directory that all users share, and code would be run from there.
const [first, ...rest] = process.argv.slice(2);
if (rest.length === 0 && (first === "--version" || first === "-V")) {
  process.stdout.write(`${require("../package.json").version}\n`);
} else {
  require("../dist/main.cjs");
}
