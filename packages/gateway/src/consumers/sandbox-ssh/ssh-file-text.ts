/**
 * A credential as ssh reads it from a file: LF alone, and one line break at its end, without which OpenSSH takes no key.
 */
export function sshFileText(secret: string): string {
  return `${secret.replace(/\r\n?/g, "\n").trimEnd()}\n`;
}
