import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { command, run, temporaryDirectory, testWith } from "@durar/testing";
import { describe, expect, test } from "vitest";
import { flagsOf } from "../command-line/command.ts";
import { COMMANDS } from "../command-table/commands.ts";
import { completionScript } from "./completion.ts";
import { onTerminal } from "../fixtures/terminal.ts";

const shells = ["bash", "zsh", "fish"] as const;
type Shell = (typeof shells)[number];

/** A directory with the completion script and a few files to be completed. */
async function place(shell: Shell): Promise<string> {
  const directory = await temporaryDirectory();
  await mkdir(join(directory, "a folder"));
  await writeFile(join(directory, "Durar.json"), "");
  await writeFile(join(directory, "completion"), completionScript(shell, COMMANDS));
  return directory;
}

/** What a shell without a terminal says of the end of a command line. */
const offered: Readonly<Record<"bash" | "fish", (directory: string, line: string) => Promise<string[]>>> = {
  async bash(directory, line) {
    // As readline splits it.
    const words = line.split(/ |(=)/).filter((word) => word !== undefined);
    const source = `source ./completion
      COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}) COMP_CWORD=${words.length - 1}
      _durar
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = await run("bash", ["--norc", "-c", source], { cwd: directory });
    expect(stderr).toBe("");
    return stdout.split("\n").filter(Boolean).sort();
  },
  async fish(directory, line) {
    const { stdout, stderr } = await run("fish", ["-c", `source ./completion; complete -C '${line}'`], {
      cwd: directory,
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: directory,
        XDG_CONFIG_HOME: directory,
        XDG_DATA_HOME: directory,
      },
    });
    expect(stderr).toBe("");
    return stdout
      .split("\n")
      .filter(Boolean)
      .map((row) => (row.split("\t")[0] ?? "").replace(/^--\w[\w-]*=/, ""))
      .sort();
  },
};

describe.each(["bash", "fish"] as const)("%s offers", (shell) => {
  const offers = (title: string, line: string, words: readonly string[]): void =>
    testWith(command(shell), title, async () => {
      expect(await offered[shell](await place(shell), line)).toEqual(words);
    });
  offers(
    "sub-commands",
    "durar secrets ",
    ["apply", "audit", "configure", "plan", "reload", "status"]
      .concat(shell === "bash" ? ["--help", "--version"].sort() : [])
      .sort(),
  );
  offers("a sub-command that was begun", "durar con", ["config"]);
  offers("the flags of a command that begin so", "durar secrets audit --f", ["--fail-on", "--format"]);
  offers("no flag of another command", "durar config validate --ba", []);
  offers("all values of a flag", "durar secrets audit --fail-on ", ["error", "info", "warn"]);
  offers("values that begin so", "durar secrets audit --format s", ["sarif"]);
  offers("values behind an equals sign", "durar secrets audit --format=j", ["json"]);
  offers("files", "durar secrets audit --config D", ["Durar.json"]);
  offers("only directories where a directory belongs", "durar secrets audit --state-dir D", []);
  offers("shells", "durar completion z", ["zsh"]);
  offers(
    "what belongs to the command, flags with values before it or not",
    "durar --config secrets config v",
    ["validate"],
  );
});

/** Types a line with tabs into an interactive shell in which `durar` prints its arguments. */
const interactive: Readonly<Record<Shell, { readonly start: string; readonly setup: string }>> = {
  bash: {
    start: "bash --norc --noprofile",
    setup: "PS1='rea''dy> '; durar() { printf 'got<%s>\\n' \"$@\"; }; source ./completion",
  },
  zsh: {
    start: "zsh -f",
    setup:
      "PS1='rea''dy> '; autoload -U compinit && compinit -u -D; durar() { printf 'got<%s>\\n' \"$@\"; }; source ./completion",
  },
  fish: {
    start: "fish --no-config",
    setup:
      "function fish_prompt; echo 'rea''dy> '; end; function durar; printf 'got<%s>\\n' $argv; end; source ./completion",
  },
};

describe.each(shells)("in an interactive %s", (shell) => {
  const needed = [command(shell), command("script")].find(({ met }) => !met) ?? command(shell);
  testWith(needed, "tabs complete commands, flags, values and files with blanks", async () => {
    const directory = await place(shell);
    const { start, setup } = interactive[shell];
    const terminal = onTerminal(start, {
      cwd: directory,
      env: { PATH: process.env["PATH"] ?? "", HOME: directory, TERM: "xterm", LANG: "C.UTF-8" },
    });
    terminal.type(`${setup}\n`);
    await terminal.shows(/ready> /);
    terminal.type("durar secr\taud\t--form\tsar\t--state-dir a\t\n");
    await terminal.shows(/got<a folder\/?>/);
    terminal.type("exit\n");
    await terminal.end();
    // zsh joins a flag and its value by an equals sign.
    const words = [...terminal.screen().matchAll(/got<(.*?)\/?>\r?\n/g)].flatMap(([, word = ""]) =>
      word.split("="),
    );
    expect(words).toEqual(["secrets", "audit", "--format", "sarif", "--state-dir", "a folder"]);
  });
});

test.each(shells)("the script for %s names every command and every flag", (shell) => {
  const script = completionScript(shell, COMMANDS);
  for (const item of COMMANDS) {
    expect(script).toContain(item.words.at(-1) ?? "");
    for (const name of flagsOf(item).keys())
      expect(script).toContain(shell === "fish" ? `-l ${name}` : `--${name}`);
  }
});
