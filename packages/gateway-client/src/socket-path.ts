import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import type { Environment } from "@durar/secretref-schema";
import { gatewayError } from "./errors.ts";

/** Whether a socket can have this path: Linux takes 107 bytes, other systems 103; longer ones are cut off silently. */
export function fitsSocket(path: string): boolean {
  const most = process.platform === "linux" ? 107 : 103;
  return path !== "" && !path.includes("\0") && Buffer.byteLength(path) <= most;
}

/**
 * Where the gateway of a state directory listens: `gateway.sock` in the directory itself or, where that path is too
 * long for a socket, `$XDG_RUNTIME_DIR/durar-<first 16 hex digits of the SHA-256 of the directory's path>.sock`.
 *
 * The directory's path is its real one where it exists, so that links to it lead to the same socket, and else its
 * absolute one: a gateway makes the directory before it asks. An `XDG_RUNTIME_DIR` that is not absolute counts as not
 * set. Reads links on the way to the directory; creates nothing.
 *
 * @throws DurarError `GATEWAY_SOCKET_PATH` where both paths are too long, or the variable is not set
 */
export function gatewaySocketPath(stateDirectory: string, environment: Environment): string {
  const directory = realPath(stateDirectory);
  const near = join(directory, "gateway.sock");
  if (fitsSocket(near)) return near;
  const runtime = environment["XDG_RUNTIME_DIR"] ?? "";
  if (isAbsolute(runtime)) {
    const name = createHash("sha256").update(directory).digest("hex").slice(0, 16);
    const far = join(runtime, `durar-${name}.sock`);
    if (fitsSocket(far)) return far;
  }
  const reason = isAbsolute(runtime)
    ? "and below XDG_RUNTIME_DIR it is too"
    : "and XDG_RUNTIME_DIR is not set";
  throw gatewayError("GATEWAY_SOCKET_PATH", `the path ${near} is too long for a socket, ${reason}`);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
