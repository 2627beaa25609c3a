import { domainToASCII, domainToUnicode } from 'node:url';
import ipaddr from 'ipaddr.js';
import { getPublicSuffix } from 'tldts';
import { InvalidValueError, type Problem } from '../finding';
import { METADATA_HOSTS } from './metadata-address';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const EVERYTHING = new Set(['*', '**', '*.*', '**.*', 'all', 'any', 'world', 'internet']);
const SCRIPTS = ['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Hebrew', 'Arabic', 'Cherokee', 'Georgian', 'Thai'].map(
  (name) => ({ name, pattern: new RegExp(`\\p{Script=${name}}`, 'u') }),
);

/**
 * The one spelling of a host: lower case, no trailing dot. Case and the root dot carry no meaning in DNS (RFC 4343),
 * so they are not errors.
 */
export function normalizeHost(text: string): string {
  return text.toLowerCase().replace(/\.$/, '');
}

/** True if a host (normalised) is a pattern rather than one name. */
export function isHostPattern(host: string): boolean {
  return host.includes('*');
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
  const host = normalizeHost(text);
  return (
    catchAllProblem(text, host) ??
    urlProblem(text) ??
    addressProblem(text, host) ??
    unicodeProblem(text, host, displays) ??
    wildcardProblem(text, host) ??
    nameProblem(text, host) ??
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
  if (host.trim() === '') return { message: 'the host is empty', fix: 'name the host, such as api.example.com' };
  if (!EVERYTHING.has(host)) return undefined;
  return { message: `'${text}' would allow every host`, fix: 'name each host that is needed' };
}

function urlProblem(text: string): Problem | undefined {
  const isAddress = text.includes(':') && ipaddr.isValid(text.replace(/^\[|\]$/g, ''));
  if (isAddress || !/[/?#@:\\[\]\s]/.test(text)) return undefined;
  let name: string | undefined;
  try {
    name = new URL(text.includes('://') ? text : `tcp://${text}`).hostname;
  } catch {
    name = undefined;
  }
  const fix = name ? `write the host alone ('${name}') and the port under its own key` : 'write the host name alone';
  return { message: `'${text}' is not a host: it holds a scheme, port, path, credentials or blanks`, fix };
}

function addressProblem(text: string, host: string): Problem | undefined {
  const last = host.slice(host.lastIndexOf('.') + 1);
  // Resolvers read any name that ends in a number as an IPv4 address: 2852039166 and 0xa9fea9fe are 169.254.169.254.
  // https://url.spec.whatwg.org/#ends-in-a-number-checker
  const numeric = /^(\d+|0x[0-9a-f]*)$/.test(last);
  if (!numeric && !(host.includes(':') && ipaddr.isValid(host.replace(/^\[|\]$/g, '')))) return undefined;
  return { message: `'${text}' is an IP address posing as a host`, fix: 'write it under cidr (203.0.113.7/32)' };
}

function unicodeProblem(text: string, host: string, displays: string | undefined): Problem | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is "anything outside ASCII"
  if (/[^\x00-\x7f]/.test(host)) {
    return {
      message: `'${text}' holds characters outside ASCII, which can imitate another name`,
      fix: `if it is meant, write the host as '${domainToASCII(host) || 'xn--…'}' with displays: '${text}'`,
    };
  }
  if (!host.split('.').some((label) => label.startsWith('xn--'))) {
    if (displays === undefined) return undefined;
    return { message: `'${text}' is plain ASCII and needs no displays`, fix: 'remove displays' };
  }
  const shown = domainToUnicode(host.replace(/^\*{1,2}\./, ''));
  const expected = host.replace(/^(\*{1,2}\.)?.*$/, '$1') + shown;
  if (displays !== expected) {
    return {
      message: `'${text}' is punycode and displays as '${expected}'`,
      fix: `if that is the host you mean, add displays: '${expected}', so that reviewers see it`,
    };
  }
  const mixed = shown.split('.').find((label) => SCRIPTS.filter(({ pattern }) => pattern.test(label)).length > 1);
  if (mixed === undefined) return undefined;
  return {
    message: `'${mixed}' in '${expected}' mixes scripts, as look-alike names do`,
    fix: 'use the real name of the host, or name its addresses under cidr',
  };
}

function wildcardProblem(text: string, host: string): Problem | undefined {
  if (!isHostPattern(host)) return undefined;
  const base = host.replace(/^\*{1,2}\./, '');
  if (isHostPattern(base) || base === host) {
    return {
      message: `'${text}' has a wildcard that is not the whole first label ('*x.com' also matches 'evilx.com')`,
      fix: "write '*.example.com' for one label or '**.example.com' for any depth",
    };
  }
  if (getPublicSuffix(base, { allowPrivateDomains: true }) !== base) return undefined;
  return {
    message: `'${text}' covers the public suffix '${base}', under which anybody can have a name`,
    fix: 'name the registered domain or the host itself',
  };
}

function nameProblem(text: string, host: string): Problem | undefined {
  const name = host.replace(/^\*{1,2}\./, '');
  if (host.length > 253) return { message: `the host has ${host.length} characters`, fix: 'a host has at most 253' };
  const bad = name.split('.').find((label) => label.length > 63 || !LABEL.test(label));
  if (bad === undefined) return undefined;
  return {
    message: `'${bad}' in host '${text}' is not a DNS label`,
    fix: "use letters, digits and '-', at most 63, starting and ending with a letter or digit",
  };
}

function scopeProblem(text: string, host: string): Problem | undefined {
  const name = host.replace(/^\*{1,2}\./, '');
  if (!name.includes('.')) {
    return {
      message: `'${text}' is a single label, not a host on the internet`,
      fix: 'write the full name of the host',
    };
  }
  if (getPublicSuffix(name) === name) {
    return {
      message: `'${text}' is a public suffix, not a host`,
      fix: 'name the registered domain or the host itself',
    };
  }
  if (METADATA_HOSTS.includes(name) || METADATA_HOSTS.some((metadata) => metadata.endsWith(`.${name}`))) {
    return {
      message: `'${text}' reaches a cloud metadata endpoint, which hands out credentials`,
      fix: 'remove it; give the workload its own identity instead',
    };
  }
  if (/(^|\.)(svc|pod)(\.cluster\.local)?$|\.cluster\.local$|(^|\.)localhost$/.test(name)) {
    return {
      message: `'${text}' is a name inside the cluster, and rules on host names never match pods`,
      fix: 'declare the target as a Service',
    };
  }
  return undefined;
}
