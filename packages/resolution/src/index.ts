export { resolveRefs } from "./resolve-refs.ts";
export type { Resolution, ResolveOptions, SecretDemand, ValueShape } from "./resolve-refs.ts";
