/**
 * Strings that every YAML reader takes for strings without quotes: they start with a letter, `_` or `/`, hold no
 * indicator that matters in block context, and are not one of the words below. Everything else is quoted.
 */
const PLAIN = /^[A-Za-z_/](?:[\w./@%+=,;()'*$-]|:(?=[\w./@-])| (?=[\w/('-]))*$/;
/** Most of them, told in half the time. */
const SIMPLE = /^[A-Za-z_/][\w./@%+=,;()'*$-]*$/;
/** Address ranges: the slash keeps YAML 1.1 from reading them as numbers in base 60. */
const RANGE = /^[\da-f][\da-f.:]*\/\d{1,3}$/;
/** Words that YAML 1.1 or 1.2 reads as booleans or null. */
const WORD = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
const LONGEST_WORD = 5;
/** What the `yaml` package, in 1.1, takes for a number. */
const EXPONENT = /^e[-+]?\d+$/i;
const LETTER_E = 0x65;
const LOWER_CASE = 0x20;
/** Characters that JSON strings may hold raw but YAML readers refuse, drop or take for line breaks. */
const HIDDEN = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const NOT_IN_BLOCK = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|\p{Surrogate}/u;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Short texts repeat (`TCP`, `8080`); looking a long one up takes longer than looking at it. */
const SHORT = 8;
const known = new Map<string, string>();
const MOST_KNOWN = 4096;

/** A string on one line: plain where that is safe, otherwise in double quotes; undefined if it is not valid Unicode. */
export function scalarText(value: string): string | undefined {
  if (value.length > SHORT) return lineOf(value);
  let text = known.get(value);
  if (text === undefined) {
    text = lineOf(value);
    // Names that belong to one workspace do not repeat; letting them drive the others out would only make garbage.
    if (text !== undefined && known.size < MOST_KNOWN) known.set(value, text);
  }
  return text;
}

function lineOf(value: string): string | undefined {
  const isPlain = SIMPLE.test(value) || PLAIN.test(value) ? !isWord(value) : RANGE.test(value);
  return isPlain ? value : doubleQuoted(value);
}

function isWord(value: string): boolean {
  if (value.length <= LONGEST_WORD && WORD.test(value)) return true;
  // Looking at one character first takes a fraction of the time, and nearly every text is looked at.
  return (value.charCodeAt(0) | LOWER_CASE) === LETTER_E && EXPONENT.test(value);
}

/** Visible ASCII that means itself between double quotes, as in versions and most patterns. */
const ITSELF = /^[ !#-[\]-~]*$/;

function doubleQuoted(value: string): string | undefined {
  if (ITSELF.test(value)) return `"${value}"`;
  if (LONE_SURROGATE.test(value)) return undefined;
  return JSON.stringify(value).replace(HIDDEN, (hidden) => `\\u${hidden.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Lines of visible ASCII that start with no blank, as nearly every text of several lines is. */
const ORDINARY_LINES = /^(?:[!-~][ -~]*\n)+$/;

/**
 * A text of several lines as a literal block, so that people can read it; undefined where a block could not carry it
 * to the letter (leading blanks, lines of blanks only, control characters).
 */
export function blockScalar(value: string, indent: string): string | undefined {
  if (ORDINARY_LINES.test(value)) return `|\n${indent}${value.slice(0, -1).replaceAll('\n', `\n${indent}`)}`;
  if (/^\s/.test(value) || /\n[ \t]+(\n|$)/.test(value) || NOT_IN_BLOCK.test(value)) return undefined;
  const body = value.replace(/\n+$/, '');
  const newlines = value.length - body.length;
  const header = newlines === 0 ? '|-' : newlines === 1 ? '|' : '|+';
  // Empty lines are not indented.
  const lines = body.replaceAll(/\n(?!\n)/g, `\n${indent}`);
  return `${header}\n${indent}${lines}${newlines > 1 ? '\n'.repeat(newlines - 1) : ''}`;
}
