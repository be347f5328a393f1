import { randomBytes } from "node:crypto";

const pattern = /^[0-9a-f]{16}$/;

/** A fresh name for a set of stages: 16 hexadecimal digits that nobody can guess. */
export function newTransaction(): string {
  return randomBytes(8).toString("hex");
}

/** Whether a value has the form of a transaction's name. */
export function isTransaction(value: unknown): value is string {
  return typeof value === "string" && pattern.test(value);
}
