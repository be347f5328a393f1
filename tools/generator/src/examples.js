/*
 * What tests and README of a new provider show: ids that keep the grammar of the source, one that breaks it, and the
 * smallest configuration. Of the ids, `first` is read from the variable PREFIX_DB_PASSWORD.
 */

/**
 * @typedef {{
 *   readonly first: string, readonly second: string, readonly third: string, readonly broken: string,
 *   readonly settings: string, readonly other: string, readonly otherSource: string,
 * }} Examples
 */

/** @type {Readonly<Record<import("./names.js").Source, Examples>>} */
export const EXAMPLES = Object.freeze({
  env: {
    first: "DB_PASSWORD",
    second: "MAIL_TOKEN",
    third: "CHAT_TOKEN",
    broken: "no variable",
    settings: 'source: "env"',
    other: '{ source: "file", path: "/etc/token" }',
    otherSource: "file",
  },
  file: {
    first: "/db/password",
    second: "/mail/token",
    third: "/chat/token",
    broken: "no pointer",
    settings: 'source: "file", path: "/etc/store"',
    other: '{ source: "env" }',
    otherSource: "env",
  },
  exec: {
    first: "db/password",
    second: "mail/token",
    third: "chat/token",
    broken: "../no id",
    settings: 'source: "exec", command: "/usr/bin/store"',
    other: '{ source: "env" }',
    otherSource: "env",
  },
});
