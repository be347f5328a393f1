import { configJsonSchema } from "@durar/durar-config";
import { expect, test } from "vitest";
import { durarProcess } from "../fixtures/durar.ts";

test("durar config schema prints a JSON Schema that knows every credential field", async () => {
  const { exitCode, stdout } = await durarProcess(["config", "schema"]);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toEqual(configJsonSchema());
});
