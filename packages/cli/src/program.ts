import { Command, Option } from "commander";
import type { AuditCommandOptions } from "./audit-command.ts";
import type { ConfigValidateOptions } from "./config-validate-command.ts";
import type { CommandResult, Surroundings } from "./console.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { version } from "./version.ts";

/** Takes what a command came to. */
export type Finish = (result: CommandResult) => void;

const reportFormats = ["text", "json", "sarif", "github"];

/** The whole command, as data for commander. Each action loads what it needs when it runs. */
export function createProgram(surroundings: Surroundings, finish: Finish): Command {
  const program = new Command("durar")
    .description(
      "Secrets management for configuration-driven servers: find plaintext, keep references healthy.",
    )
    .version(version, "-V, --version", "print the version")
    .helpCommand("help [command]", "show help for a command")
    .helpOption("-h, --help", "show help")
    .addHelpText(
      "after",
      `\nStart here:\n  durar secrets audit          where does plaintext lie, which refs do not resolve\n  durar config validate        would a server start with this configuration`,
    )
    .addHelpText("after", exitCodeHelp());

  const secrets = program.command("secrets").description("Find and manage the secrets of a server.");
  withCommonOptions(
    secrets
      .command("audit")
      .description("Find plaintext secrets, unresolved references, shadowing and residues. Reads only.")
      .option("--check", "fail (exit 1) on findings, and (exit 3) when something was skipped")
      .addOption(
        new Option("--fail-on <severity>", "the least severity that fails --check")
          .choices(["info", "warn", "error"])
          .default("warn"),
      )
      .option("--allow-exec", "run exec providers, to check that their refs resolve")
      .option("--allow-incomplete", "let --check pass with exec refs skipped or stores unread")
      .option(
        "--baseline <file>",
        "hide the findings this file knows; a new value at a known place stays hidden",
      )
      .option("--write-baseline <file>", "write the ids of all findings to this file")
      .addOption(
        new Option("--format <format>", "the format of the report").choices(reportFormats).default("text"),
      ),
  )
    .addHelpText(
      "after",
      examples([
        "durar secrets audit",
        "durar secrets audit --check --allow-exec --format sarif > durar.sarif",
        "durar secrets audit --layout openclaw --state-dir ~/.openclaw",
      ]),
    )
    .action(async (options: AuditCommandOptions) => {
      const { auditCommand } = await import("./audit-command.ts");
      finish(await auditCommand(options, surroundings));
    });

  const config = program.command("config").description("Look at the configuration.");
  withCommonOptions(
    config
      .command("validate")
      .description("Check schema, references, providers and path trust. Resolves nothing, runs nothing."),
  ).action(async (options: ConfigValidateOptions) => {
    const { configValidateCommand } = await import("./config-validate-command.ts");
    finish(await configValidateCommand(options, surroundings));
  });

  program
    .command("completion")
    .description("Print a completion script for a shell.")
    .argument("<shell>", "bash, zsh or fish")
    .addHelpText("after", examples(['eval "$(durar completion bash)"', "durar completion fish | source"]))
    .action(async (shell: string) => {
      const { completionScript } = await import("./completion.ts");
      finish({ exitCode: 0, stdout: completionScript(shell, program), stderr: "" });
    });
  return program;
}

function withCommonOptions(command: Command): Command {
  return command
    .option("--json", "print one JSON document, also on failure")
    .option("--no-color", "print without colours")
    .option("--quiet", "print the summary line alone")
    .addOption(new Option("--layout <name>", "the names on disk").choices(["durar", "openclaw"]))
    .option("--config <file>", "the configuration file")
    .option("--state-dir <directory>", "the state directory");
}

function examples(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}

function exitCodeHelp(): string {
  const rows = Object.entries(EXIT_CODES).map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`);
  return `\nExit codes:\n${rows.join("\n")}`;
}
