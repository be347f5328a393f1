import { createHash } from "node:crypto";
import { chmod, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SshMaterial } from "@durar/durar-config";
import { gatewayError } from "../../errors.ts";
import type { SandboxMaterial } from "./sandbox-material.ts";
import { isQuotable, sshConfig } from "./ssh-config.ts";

const FILE_NAMES = {
  identityData: "identity",
  certificateData: "certificate",
  knownHostsData: "known_hosts",
} as const satisfies Readonly<Record<SshMaterial, string>>;

/**
 * A directory with the files of all agents, one generation beside the other. `current` is a link to the newest, replaced
 * in one step; what a generation's files name is of the same generation, so that an ssh that starts meanwhile sees one
 * of them and nothing of another.
 *
 *     current -> 2
 *     2/<agent>/ssh_config, identity, certificate, known_hosts
 */
export class MaterialDirectory {
  readonly path: string;
  readonly #keepMs: number;
  readonly #onLeft: (error: unknown) => void;
  readonly #timers = new Set<NodeJS.Timeout>();
  #generation = 0;
  /** The directory that the link leads to. */
  #current: string | undefined;
  #isMade = false;

  /**
   * @param keepMs how long the generation before is kept, for an ssh that has read its configuration and no key yet
   * @param onLeft told why something could not be removed
   */
  constructor(path: string, keepMs: number, onLeft: (error: unknown) => void) {
    this.path = path;
    this.#keepMs = keepMs;
    this.#onLeft = onLeft;
  }

  /** An agent's configuration for ssh: the same path for each generation. */
  configFile(agentId: string): string {
    return join(this.path, "current", directoryName(agentId), "ssh_config");
  }

  /** Writes a generation, puts it in the place of the one before, and removes that later. */
  async replace(material: ReadonlyMap<string, SandboxMaterial>): Promise<void> {
    await this.#make();
    this.#generation += 1;
    const name = String(this.#generation);
    const directory = join(this.path, name);
    try {
      await makeDirectory(directory);
      for (const [agentId, one] of material) await writeAgent(join(directory, directoryName(agentId)), one);
      const link = join(this.path, "next");
      await rm(link, { force: true });
      await symlink(name, link);
      await rename(link, join(this.path, "current"));
    } catch (error) {
      await rm(directory, { recursive: true, force: true }).catch(this.#onLeft);
      throw error;
    }
    if (this.#current !== undefined) this.#removeLater(this.#current);
    this.#current = directory;
  }

  /** Removes everything. It can be written to again. */
  async remove(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#isMade = false;
    this.#current = undefined;
    await removeDirectory(this.path).catch(this.#onLeft);
  }

  /** Makes the directory. One that was there before is not trusted: somebody else may have made it. */
  async #make(): Promise<void> {
    if (!isQuotable(this.path))
      throw gatewayError("SANDBOX_FILES_FAILED", "ssh cannot read files at the path of the state directory", {
        hint: "give the gateway a state directory whose path holds no quotes, backslashes or dollar signs",
      });
    try {
      await makeDirectory(this.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || !this.#isMade) throw error;
    }
    this.#isMade = true;
  }

  #removeLater(directory: string): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void removeDirectory(directory).catch(this.#onLeft);
    }, this.#keepMs);
    timer.unref();
    this.#timers.add(timer);
  }
}

/** Removes a directory with all that is in it, and follows no link. */
export async function removeDirectory(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

/** An agent's id may hold what a path or a configuration for ssh may not. */
function directoryName(agentId: string): string {
  return createHash("sha256").update(agentId).digest("hex").slice(0, 32);
}

async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 });
  // Whatever the umask of this process takes away.
  await chmod(path, 0o700);
}

async function writeAgent(directory: string, { target, files }: SandboxMaterial): Promise<void> {
  await makeDirectory(directory);
  const pathOf = (name: SshMaterial): string | undefined =>
    files[name] === undefined ? undefined : join(directory, FILE_NAMES[name]);
  for (const name of Object.keys(files) as SshMaterial[])
    await writePrivate(join(directory, FILE_NAMES[name]), files[name] ?? "");
  const config = sshConfig(target, {
    identity: pathOf("identityData"),
    certificate: pathOf("certificateData"),
    knownHosts: pathOf("knownHostsData"),
  });
  await writePrivate(join(directory, "ssh_config"), config);
}

async function writePrivate(path: string, content: string): Promise<void> {
  await writeFile(path, content, { flag: "wx", mode: 0o600 });
  await chmod(path, 0o600);
}
