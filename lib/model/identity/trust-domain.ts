import { InvalidValueError, type Problem, quoted } from '../../finding';

/** Bytes that a trust domain may have. */
const LONGEST = 255;

/**
 * What keeps a text from being the name of a trust domain: at most 255 of `a-z`, `0-9`, `.`, `_` and `-`, without
 * scheme, user, port or path. Upper case is refused and never lowered: SPIFFE compares to the byte, so two spellings
 * are two trust domains, and only whoever runs the SPIRE server knows which one is meant.
 * @see https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md#21-trust-domain
 * @see spiffeid/trustdomain.go of github.com/spiffe/go-spiffe/v2 (`isValidTrustDomainChar`)
 */
export function trustDomainProblem(text: string): Problem | undefined {
  if (text === '') return { message: 'the trust domain is empty', fix: "name it, such as 'portarium.dev'" };
  const bytes = Buffer.byteLength(text);
  if (bytes > LONGEST) {
    return { message: `the trust domain has ${bytes} bytes`, fix: `shorten it to ${LONGEST} bytes at most` };
  }
  return wildcardProblem(text) ?? urlProblem(text) ?? caseProblem(text) ?? characterProblem(text);
}

/**
 * Checks the name of a trust domain and returns it as it is.
 * @throws InvalidValueError for anything that trustDomainProblem names
 */
export function trustDomain(text: string): string {
  const problem = trustDomainProblem(text);
  if (problem !== undefined) throw new InvalidValueError(problem);
  return text;
}

function wildcardProblem(text: string): Problem | undefined {
  if (!/[*?]/.test(text)) return undefined;
  return {
    message: `trust domain ${quoted(text)} holds a wildcard, and SPIFFE knows none`,
    fix: 'name one trust domain',
  };
}

function urlProblem(text: string): Problem | undefined {
  if (!/[/:@#[\]]/.test(text)) return undefined;
  return {
    message: `trust domain ${quoted(text)} holds a scheme, user, port or path`,
    fix: "write the name alone, such as 'portarium.dev'",
  };
}

function caseProblem(text: string): Problem | undefined {
  if (!/[A-Z]/.test(text)) return undefined;
  return {
    message: `trust domain ${quoted(text)} is in upper case, and SPIFFE compares to the letter`,
    fix: 'write it in lower case, as the SPIRE server does',
  };
}

function characterProblem(text: string): Problem | undefined {
  if (/^[a-z0-9._-]+$/.test(text)) return undefined;
  return {
    message: `trust domain ${quoted(text)} holds blanks or characters that SPIFFE refuses`,
    fix: "use lower-case letters, digits, '.', '_' and '-'",
  };
}
