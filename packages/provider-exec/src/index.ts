export { fromExec } from "./from-exec.ts";
