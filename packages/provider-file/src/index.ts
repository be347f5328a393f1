export { fromFile } from "./from-file.ts";
export type { FromFileOptions } from "./from-file.ts";
