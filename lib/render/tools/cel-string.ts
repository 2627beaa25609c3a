/**
 * Text as a string literal of CEL, in single quotes. Whatever could end the literal or is not plainly text is escaped,
 * so that a name that slipped past every check is still only a name.
 * @see https://github.com/google/cel-spec/blob/master/doc/langdef.md#string-and-bytes-values
 * @throws Error for half of a surrogate pair, which is not text and has no escape
 */
export function celString(text: string): string {
  if (/\p{Cs}/u.test(text)) throw new Error('half of a surrogate pair has no literal in CEL');
  return `'${text.replaceAll(SPECIAL, escaped)}'`;
}

/** Quotes, backslashes, and characters that end lines, control terminals or show nothing. */
const SPECIAL = /['"\\`\p{C}\p{Zl}\p{Zp}]/gu;

function escaped(character: string): string {
  if (/['"\\`]/.test(character)) return `\\${character}`;
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
}
