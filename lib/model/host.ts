import ipaddr from 'ipaddr.js';
import { InvalidValueError, type Problem, quoted } from '../finding';
import { addressCidr, cidrProblem } from './cidr';
import { isHostPattern, splitHost } from './host-pattern';
import { scopeProblem } from './host-scope';
import { displayProblem, unicodeProblem } from './unicode-host';

export { isHostPattern } from './host-pattern';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const EVERYTHING = new Set(['*', '**', '*.*', '**.*', 'all', 'any', 'world', 'internet']);

/**
 * The one spelling of a host: lower case, no trailing dot. The case of ASCII letters and the root dot carry no meaning
 * in DNS (RFC 4343), so they are not errors. Other letters are left alone: some, such as the Kelvin sign, have a lower
 * case in ASCII.
 */
export function normalizeHost(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()).replace(/([^.])\.$/, '$1');
}

/**
 * What keeps a text from being a host outside the cluster that an edge may name: an exact name (`api.example.com`),
 * `*.example.com` for one label in front, or `**.example.com` for any number of them. Everything that would reach
 * more than it says is refused: catch-all words, public suffixes, addresses, URLs, names that only look familiar.
 *
 * @param displays for a punycode host, the Unicode text that it stands for, so that a reviewer sees it
 * @see https://docs.cilium.io/en/stable/security/policy/language/#dns-based for what `*` and `**.` match
 * @see https://publicsuffix.org for the list of public suffixes (through tldts)
 */
export function hostProblem(text: string, displays?: string): Problem | undefined {
  if (typeof text !== 'string')
    return { message: 'the host is no text', fix: 'name the host, such as api.example.com' };
  const host = normalizeHost(text);
  return (
    catchAllProblem(text, host) ??
    urlProblem(text) ??
    addressProblem(text, host) ??
    unicodeProblem(text, host) ??
    wildcardProblem(text, host) ??
    nameProblem(text, host) ??
    displayProblem(text, host, displays) ??
    scopeProblem(text, host)
  );
}

/**
 * Checks a host and returns its one spelling.
 * @throws InvalidValueError for anything that hostProblem names
 */
export function host(text: string, displays?: string): string {
  const problem = hostProblem(text, displays);
  if (problem !== undefined) throw new InvalidValueError(problem);
  return normalizeHost(text);
}

function catchAllProblem(text: string, host: string): Problem | undefined {
  if (/^[\s.]*$/.test(host)) return { message: 'the host is empty', fix: 'name the host, such as api.example.com' };
  if (!EVERYTHING.has(host)) return undefined;
  return { message: `${quoted(text)} would allow every host`, fix: 'name each host that is needed' };
}

function urlProblem(text: string): Problem | undefined {
  if (text.includes('/') && ipaddr.isValidCIDR(text)) {
    return { message: `${quoted(text)} is a range of addresses, not a host`, fix: 'write it under cidr' };
  }
  const isAddress = text.includes(':') && addressCidr(text) !== undefined;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (isAddress || !/[/?#@:\\[\]\s\u0000-\u001f\u007f]/.test(text)) return undefined;
  const name = hostOfUrl(text);
  return {
    // A URL may hold a password, which must not end up in the log of a build.
    message: `${quoted(text.replace(/\/\/[^/]*@|^[^/]*@/, '…@'))} is not a host: it holds a scheme, port, path, credentials, blanks or control characters`,
    fix:
      name === undefined
        ? 'write the host name alone'
        : `write the host alone (${quoted(name)}) and the port under its own key`,
  };
}

/** The host that somebody meant who wrote a URL, if it is one that may be named. */
function hostOfUrl(text: string): string | undefined {
  try {
    const { hostname } = new URL(text.includes('://') ? text : `tcp://${text}`);
    return hostProblem(hostname) === undefined ? normalizeHost(hostname) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Resolvers read any name that ends in a number as an IPv4 address: 2852039166 and 0xa9fea9fe are 169.254.169.254.
 * @see https://url.spec.whatwg.org/#ends-in-a-number-checker
 */
function addressProblem(text: string, host: string): Problem | undefined {
  const last = host.slice(host.lastIndexOf('.') + 1);
  if (!/^(\d+|0x[0-9a-f]*)$/.test(last) && !host.includes(':')) return undefined;
  const cidr = addressCidr(host);
  if (cidr === undefined) {
    return {
      message: `${quoted(text)} ends in a number, so resolvers read it as an IP address`,
      fix: 'write the name of the host, or its addresses under cidr (203.0.113.7/32)',
    };
  }
  const problem = cidrProblem(cidr);
  return {
    message: `${quoted(text)} is an IP address posing as a host${problem === undefined ? '' : `, and ${problem.message}`}`,
    fix: problem === undefined ? `write it under cidr (${cidr})` : problem.fix,
  };
}

function wildcardProblem(text: string, host: string): Problem | undefined {
  const { wildcard, name } = splitHost(host);
  if (!isHostPattern(name)) return undefined;
  return {
    message:
      wildcard === '' && name.lastIndexOf('*') < name.indexOf('.')
        ? `${quoted(text)} has a wildcard that is not a whole label ('*x.com' also matches 'evilx.com')`
        : `${quoted(text)} has a wildcard behind its first label`,
    fix: "write '*.example.com' for one label or '**.example.com' for any depth",
  };
}

function nameProblem(text: string, host: string): Problem | undefined {
  if (host.length > 253) return { message: `the host has ${host.length} characters`, fix: 'a host has at most 253' };
  const labels = splitHost(host).name.split('.');
  if (labels.includes('')) {
    return {
      message: `${quoted(text)} has an empty label`,
      fix: 'put one dot between labels, and at most one at the end',
    };
  }
  const bad = labels.find((label) => label.length > 63 || !LABEL.test(label));
  if (bad === undefined) return undefined;
  return {
    message: `${quoted(bad)} in host ${quoted(text)} is not a DNS label`,
    fix: "use letters, digits and '-', at most 63, starting and ending with a letter or digit",
  };
}
