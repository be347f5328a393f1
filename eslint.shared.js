import js from "@eslint/js";
import nx from "@nx/eslint-plugin";
import { defineConfig } from "eslint/config";
import globals from "globals";
import tseslint from "typescript-eslint";

/**
 * The layers, top to bottom. Imports go down only; within a layer there are none, but snapshot < audit < apply.
 * Engines are handed their providers, so that a server can ship without one.
 */
const layers = [
  { sourceTag: "layer:contract", onlyDependOnLibsWithTags: [] },
  { sourceTag: "layer:building", onlyDependOnLibsWithTags: ["layer:contract"] },
  { sourceTag: "layer:provider", onlyDependOnLibsWithTags: ["layer:contract"] },
  { sourceTag: "layer:product", onlyDependOnLibsWithTags: ["layer:contract", "layer:building"] },
  {
    sourceTag: "layer:engine",
    onlyDependOnLibsWithTags: ["layer:contract", "layer:building", "layer:engine"],
  },
  { sourceTag: "engine:snapshot", onlyDependOnLibsWithTags: ["layer:contract", "layer:building"] },
  {
    sourceTag: "engine:audit",
    onlyDependOnLibsWithTags: ["layer:contract", "layer:building", "engine:snapshot"],
  },
  {
    sourceTag: "engine:apply",
    onlyDependOnLibsWithTags: ["layer:contract", "layer:building", "engine:snapshot", "engine:audit"],
  },
  {
    sourceTag: "layer:application",
    onlyDependOnLibsWithTags: [
      "layer:contract",
      "layer:building",
      "layer:provider",
      "layer:product",
      "layer:engine",
    ],
  },
  {
    sourceTag: "layer:command",
    onlyDependOnLibsWithTags: [
      "layer:contract",
      "layer:building",
      "layer:provider",
      "layer:product",
      "layer:engine",
      "layer:application",
    ],
  },
  { sourceTag: "layer:testing", onlyDependOnLibsWithTags: ["layer:contract"] },
  { sourceTag: "layer:tools", onlyDependOnLibsWithTags: ["*"] },
];

/** Node builtins with an effect on the world beyond files; a package names those it may use. */
const guardedBuiltins = {
  "node:child_process":
    "Processes are started by provider-exec, the gateway's consumers and the command line only.",
  "node:http": "Servers and clients live in gateway and gateway-client only.",
  "node:https": "Servers and clients live in gateway and gateway-client only.",
  "node:net": "Sockets live in gateway and gateway-client only.",
};

/** @param {{ allow?: string[] }} [options] the guarded builtins this package may import */
export function packageRules({ allow = [] } = {}) {
  const guarded = Object.entries(guardedBuiltins)
    .filter(([name]) => !allow.includes(name))
    .flatMap(([name, message]) => [
      { name, message },
      { name: name.slice("node:".length), message },
    ]);
  return defineConfig(
    { ignores: ["**/dist/**", "**/coverage/**", "**/fixtures/**"] },
    js.configs.recommended,
    { languageOptions: { globals: globals.nodeBuiltin } },
    {
      files: ["**/*.ts"],
      extends: [tseslint.configs.recommendedTypeChecked],
      languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
      rules: {
        "@typescript-eslint/consistent-type-imports": "error",
        "@typescript-eslint/no-explicit-any": "error",
        "@typescript-eslint/require-await": "off",
      },
    },
    {
      files: ["src/**/*.ts"],
      ignores: ["**/*.test.ts"],
      plugins: { "@nx": nx },
      rules: {
        "@nx/enforce-module-boundaries": ["error", { allow: [], depConstraints: layers }],
        "no-restricted-imports": ["error", { paths: guarded }],
        "no-console": "error",
        "no-restricted-properties": [
          "error",
          { object: "process", property: "exit", message: "Only the bin ends the process." },
        ],
      },
    },
  );
}
