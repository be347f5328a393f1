import { lstatSync, watch } from "node:fs";
import { join } from "node:path";
import { assertAbsent, canary, run, temporaryDirectory, testWith, writePrivate } from "@durar/testing";
import { expect } from "vitest";
import { bin } from "../fixtures/durar.ts";

const linux = { met: process.platform === "linux", reason: "needs inotify" };

testWith(
  linux,
  "no temporary file of a migration can be read by others at any moment, whatever the umask",
  async () => {
    const secrets = [canary(), canary()] as const;
    const [moved, kept] = secrets;
    const seen = new Map<string, number>();
    // Several times, since each looks at other moments.
    for (let round = 0; round < 5; round++) {
      const directory = await temporaryDirectory();
      const agent = join(directory, "agents/main/agent");
      await writePrivate(
        join(directory, "Durar.json"),
        `{ secrets: { providers: { files: { source: "file", path: "${directory}/secrets.json" } } },
         models: { providers: { openai: { apiKey: "${moved}" }, groq: { apiKey: "${kept}" } } } }`,
      );
      await writePrivate(join(directory, ".env"), `OPENAI_API_KEY=${moved}\nOTHER_TOKEN=${kept}\n`);
      await writePrivate(
        join(agent, "auth-profiles.json"),
        JSON.stringify({ profiles: { a: { type: "api_key", provider: "openai", key: moved, note: kept } } }),
      );
      const watchers = [directory, agent].map((place) =>
        watch(place, (_event, name) => {
          if (name === null || !/tmp|\.new|commit|plan|secrets/.test(name)) return;
          const stats = lstatSync(join(place, name), { throwIfNoEntry: false });
          if (stats?.isFile() === true)
            seen.set(name.replace(/[0-9a-f]{16}$|\.\d+\.new$/, "*"), (seen.get(name) ?? 0) | stats.mode);
        }),
      );
      const durar = (...args: string[]): ReturnType<typeof run> =>
        run(
          "sh",
          [
            "-c",
            'umask 022; exec "$@"',
            "sh",
            process.execPath,
            bin,
            "secrets",
            ...args,
            "--state-dir",
            directory,
          ],
          {
            cwd: directory,
            env: { PATH: process.env["PATH"] ?? "", HOME: directory },
          },
        );
      const set = "models.providers.openai.apiKey=file:files:/openai";
      for (const args of [
        ["plan", "--set", set, "--move-values", "--out", "plan.json"],
        ["apply", "--from", "plan.json", "--no-reload"],
      ]) {
        const { exitCode, stdout, stderr } = await durar(...args);
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
        assertAbsent(secrets, stdout + stderr);
      }
      for (const watcher of watchers) watcher.close();
    }
    const stages = [...seen.keys()].filter((name) => name.includes(".tmp-durar-"));
    expect(stages.length).toBeGreaterThan(2);
    for (const [name, mode] of seen) expect((mode & 0o077).toString(8), name).toBe("0");
  },
);
