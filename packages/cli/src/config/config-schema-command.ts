import { configJsonSchema } from "@durar/durar-config";
import { jsonDocument, type CommandResult } from "../console.ts";

/** `durar config schema`: the JSON Schema of the configuration. */
export function configSchemaCommand(): CommandResult {
  return { exitCode: 0, stdout: jsonDocument(configJsonSchema()), stderr: "" };
}
