/**
 * Text as one word of a POSIX shell. Nothing is expanded inside single quotes, and only a single quote ends them.
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_02
 * @throws Error if the text holds a NUL character, which no argument of a program can
 */
export function shellWord(text: string): string {
  if (text.includes('\0')) throw new Error('an argument of a command cannot hold a NUL character');
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Characters that no shell reads in a special way; `=` and `~` are left out, since some expand them. */
const PLAIN = /^[A-Za-z0-9_@:,./-]+$/;

/** A command with one option per line, as runbooks show it. */
export function commandLines(words: readonly string[], options: readonly (readonly string[])[]): string {
  return [words, ...options].map((line) => line.map(shellWord).join(' ')).join(' \\\n  ');
}
