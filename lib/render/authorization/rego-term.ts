/**
 * Plain data as a term of Rego, spaced as `opa fmt` does. Its strings are those of JSON; what ends lines, controls
 * terminals or shows nothing is escaped besides, so that a name that slipped past every check is still only a name.
 * @see docs/docs/policy-language.md of OPA 1.20.2 (Strings)
 * @throws Error for half of a surrogate pair, which OPA would read as another character
 */
export function regoTerm(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(regoTerm).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, inner]) => `${scalar(key)}: ${regoTerm(inner)}`);
    return `{${pairs.join(', ')}}`;
  }
  return scalar(value);
}

/** Text that JSON and Rego spell alike. */
const PLAIN = /^[ -~]*$/;

function scalar(value: unknown): string {
  if (typeof value === 'string' && PLAIN.test(value)) return JSON.stringify(value);
  if (typeof value === 'string' && /\p{Cs}/u.test(value)) {
    throw new Error('half of a surrogate pair has no literal in Rego');
  }
  return JSON.stringify(value).replaceAll(INVISIBLE, (character) =>
    [...Array(character.length).keys()].map((index) => unit(character.charCodeAt(index))).join(''),
  );
}

const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

function unit(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}
