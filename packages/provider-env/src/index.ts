export { fromEnv } from "./from-env.ts";
export type { FromEnvOptions } from "./from-env.ts";
