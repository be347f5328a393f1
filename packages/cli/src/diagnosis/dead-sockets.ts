import { lstatSync, readdirSync, type Stats } from "node:fs";
import { basename, dirname, join } from "node:path";
import { createGatewayClient } from "@durar/gateway-client";
import { isDurarError } from "@durar/secretref-schema";
import { diagnosis, type Diagnosis } from "./diagnosis.ts";

/** How long what listens there has to answer. */
const ANSWER_MS = 2_000;

/** The sockets beside a gateway's own that nobody listens on any more, its own first. */
export async function deadSockets(
  socket: string,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const dead: string[] = [];
  for (const path of [socket, ...unfinishedSockets(socket)])
    if (lstatOf(path)?.isSocket() === true && (await isDead(path, signal))) dead.push(path);
  return dead;
}

/** Whether nobody listens on a socket. What breaks a connection, or is silent, is alive. */
export async function isDead(socket: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await createGatewayClient({ socket, timeoutMs: ANSWER_MS }).health({ signal });
    return false;
  } catch (error) {
    signal?.throwIfAborted();
    if (!isDurarError(error)) throw error;
    return (error.cause as NodeJS.ErrnoException | undefined)?.code === "ECONNREFUSED";
  }
}

/** What is to be said of the sockets of an installation. */
export function socketProblems(socket: string, dead: readonly string[]): readonly Diagnosis[] {
  const stats = lstatOf(socket);
  const blocked =
    stats === undefined || stats.isSocket()
      ? []
      : [
          diagnosis("error", "SOCKET_BLOCKED", {
            where: socket,
            message: "is no socket, and no gateway can listen here",
            hint: "move away what is there",
          }),
        ];
  const left = dead.map((path) =>
    diagnosis("warn", "SOCKET_DEAD", {
      where: path,
      message: "nobody listens on it any more",
      hint: "durar doctor --fix removes it; the next gateway replaces it too",
    }),
  );
  return [...blocked, ...left];
}

/**
 * Sockets that a gateway made and did not come to put in place. Only in the state directory itself: elsewhere one may be
 * of another installation, whose gateway is just starting under a lock of its own.
 */
function unfinishedSockets(socket: string): readonly string[] {
  if (basename(socket) !== "gateway.sock") return [];
  const directory = dirname(socket);
  try {
    return readdirSync(directory)
      .filter((name) => /^\.\d+\.new$/.test(name))
      .map((name) => join(directory, name));
  } catch {
    return [];
  }
}

function lstatOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
