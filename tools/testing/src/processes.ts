import { spawn } from "node:child_process";

export interface Finished {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** The whole environment of the process. @default PATH alone */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** Milliseconds until it is killed. @default 30000 */
  readonly timeoutMs?: number;
}

/** Runs a command to its end. A deadline passed shows as `signal: "SIGKILL"`. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const { env = { PATH: process.env["PATH"] ?? "" }, input = "", timeoutMs = 30_000, ...rest } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...rest, env, stdio: "pipe" });
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
    child.stdin.on("error", () => undefined).end(input);
    child.on("error", reject);
    child.on("close", (exitCode, signal) => {
      clearTimeout(timer);
      resolve({ exitCode, signal, stdout, stderr });
    });
  });
}

/** Runs a Node program given as text. */
export function runProgram(source: string, options?: RunOptions): Promise<Finished> {
  return run(process.execPath, ["--input-type=module", "-e", source], options);
}
