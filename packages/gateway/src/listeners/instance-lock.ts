import { lstatSync, unlinkSync } from "node:fs";
import { lstat, rename, unlink } from "node:fs/promises";
import type { Server } from "node:http";
import { dirname, join } from "node:path";
import { withFileLock } from "@durar/file-commit";
import { createGatewayClient } from "@durar/gateway-client";
import { isDurarError, printable, type DurarError } from "@durar/secretref-schema";
import { gatewayError } from "../errors.ts";
import { listenOnSocket } from "./listen.ts";

/** How long a gateway that is there has to say who it is. */
const ANSWER_MS = 2_000;
/** Longer than the 10 s after which the lock of a process that was killed while it held it is taken over. */
const LOCK_MS = 15_000;

/**
 * Refuses where another gateway listens on a socket. A socket whose process is gone is none.
 *
 * @throws DurarError `GATEWAY_ALREADY_RUNNING`, with the other's pid where it answers
 */
export async function refuseSecond(socket: string): Promise<void> {
  const where = `on ${printable(socket)}`;
  try {
    const { pid } = await createGatewayClient({ socket, timeoutMs: ANSWER_MS }).health();
    throw gatewayError(
      "GATEWAY_ALREADY_RUNNING",
      `a gateway is running ${where}${pid === undefined ? "" : `, pid ${pid}`}`,
    );
  } catch (error) {
    if (!isDurarError(error) || error.code === "GATEWAY_ALREADY_RUNNING") throw error;
    if (isDead(error)) return;
    throw gatewayError(
      "GATEWAY_ALREADY_RUNNING",
      `a process that does not answer as a gateway listens ${where}`,
    );
  }
}

/** Whether nobody listens. A process that breaks connections, or has no room for one more, is alive. */
function isDead({ code, cause }: DurarError): boolean {
  const reason = (cause as NodeJS.ErrnoException | undefined)?.code ?? "";
  return code === "GATEWAY_UNREACHABLE" && ["ECONNREFUSED", "ENOENT"].includes(reason);
}

/**
 * Takes a socket for this process, which so becomes the one gateway of its state directory. What a killed one left is
 * replaced: of several that start at once the lock lets one look, clear away and listen at a time.
 *
 * @returns a function that removes the socket, unless it is another process's by now; call it before the server closes
 * @throws DurarError `GATEWAY_ALREADY_RUNNING`, `GATEWAY_LISTEN_FAILED`, or one of `@durar/file-commit`'s for the lock
 */
export async function takeSocket(
  server: Server,
  socket: string,
  signal: AbortSignal | undefined,
): Promise<() => void> {
  return withFileLock(`${socket}.start`, { lockTimeoutMs: LOCK_MS, signal }, async () => {
    await refuseSecond(socket);
    try {
      const there = await lstat(socket).catch(absent);
      if (there?.isSocket() === false)
        throw gatewayError("GATEWAY_LISTEN_FAILED", `${printable(socket)} is no socket`, {
          hint: "move away what is there",
        });
      // A closing server removes whatever stands where it was told to listen: at this name nothing does by then.
      const made = join(dirname(socket), `.${process.pid}.new`);
      await unlink(made).catch(absent);
      await listenOnSocket(server, made);
      const { ino, dev } = await lstat(made);
      await rename(made, socket);
      return () => remove(socket, { ino, dev });
    } catch (error) {
      if (isDurarError(error)) throw error;
      const { code = "unknown" } = error as NodeJS.ErrnoException;
      throw gatewayError("GATEWAY_LISTEN_FAILED", `${printable(socket)} cannot be replaced: ${code}`, {
        cause: error as Error,
      });
    }
  });
}

function remove(socket: string, own: { readonly ino: number; readonly dev: number }): void {
  try {
    const { ino, dev } = lstatSync(socket);
    if (ino === own.ino && dev === own.dev) unlinkSync(socket);
  } catch {
    // A dead socket that stays is replaced by the next gateway.
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
