import type { SshTarget } from "./ssh-target.ts";

/** What an agent's sandbox is called in its own configuration for ssh. */
export const SANDBOX_HOST = "sandbox";

/** The files that a configuration for ssh names; absolute paths. */
export interface SshFiles {
  readonly identity: string | undefined;
  readonly certificate: string | undefined;
  readonly knownHosts: string | undefined;
}

/** Asks nobody, offers the one key that is given, trusts the host keys that are given, and writes nothing. */
const RULES = [
  "BatchMode yes",
  "PreferredAuthentications publickey",
  "IdentitiesOnly yes",
  "IdentityAgent none",
  "AddKeysToAgent no",
  "ForwardAgent no",
  "StrictHostKeyChecking yes",
  "GlobalKnownHostsFile /dev/null",
  "UpdateHostKeys no",
  "VerifyHostKeyDNS no",
  "ControlPath none",
];

/** Whether a path can stand in a configuration for ssh: some characters would be read as others, and not as themselves. */
export function isQuotable(path: string): boolean {
  return !/["\\$\p{Cc}]/u.test(path);
}

/** The configuration of one sandbox, for `ssh -F`, which then reads no other. */
export function sshConfig({ user, host, port }: SshTarget, files: SshFiles): string {
  const lines = [
    `HostName ${quoted(host)}`,
    ...(user === undefined ? [] : [`User ${quoted(user)}`]),
    ...(port === undefined ? [] : [`Port ${String(port)}`]),
    // Where none is named, ssh would offer those of the user's own.
    `IdentityFile ${files.identity === undefined ? "none" : quoted(files.identity)}`,
    ...(files.certificate === undefined ? [] : [`CertificateFile ${quoted(files.certificate)}`]),
    `UserKnownHostsFile ${files.knownHosts === undefined ? "/dev/null" : quoted(files.knownHosts)}`,
  ];
  return [...RULES, `Host ${SANDBOX_HOST}`, ...lines.map((line) => `  ${line}`), ""].join("\n");
}

/** In quotes, so that white space is part of it; ssh replaces what a percent sign begins. */
function quoted(text: string): string {
  return `"${text.replaceAll("%", "%%")}"`;
}
