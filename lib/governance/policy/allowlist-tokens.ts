import { didYouMean } from '../../environment/did-you-mean';
import { type Finding, quoted } from '../../finding';
import { cidrProblem } from '../../model/cidr';
import { ALLOWLIST_VARIABLE } from '../../model/egress-settings';
import { hostProblem, normalizeHost } from '../../model/host';
import { hostsOf, KEYWORDS } from '../lock/keyword-catalogue';

/** A list of keywords, hosts and ranges of addresses, and the exact hosts that they stand for. */
export interface AllowlistTokens {
  /** In lower case, each once, as they were listed. */
  readonly tokens: readonly string[];
  /** What may be reached: exact hosts and ranges of addresses, sorted. */
  readonly hosts: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * Reads `EGRESS_ALLOWLIST`: tokens with commas between them. Each keyword becomes the hosts that were reviewed for it;
 * nothing is looked for inside of names, which would let `evil-openai.com` through.
 */
export function readAllowlist(text: string): AllowlistTokens {
  if (text.trim() === '') {
    const findings = [
      finding('egress-empty', 'the list of allowed hosts is empty', 'name at least one host, or unset the variable'),
    ];
    return { tokens: [], hosts: [], findings };
  }
  const findings: Finding[] = [];
  const hosts = new Map<string, readonly string[]>();
  for (const token of text.split(',')) {
    const read = readToken(token);
    if ('hosts' in read) hosts.set(read.token, read.hosts);
    else findings.push(read);
  }
  return { tokens: [...hosts.keys()], hosts: [...new Set([...hosts.values()].flat())].sort(), findings };
}

/** What is meant as a range of addresses. */
const RANGE = /^[\da-f.:]+\/\d+$/;

function readToken(text: string): { readonly token: string; readonly hosts: readonly string[] } | Finding {
  if (text.trim() === '') {
    return finding(
      'egress-blank',
      'the list has an empty entry',
      'write one comma between two entries, and none at the end',
    );
  }
  if (/\s/.test(text)) {
    return finding('egress-blank', `${quoted(text)} holds blanks`, 'separate entries by commas alone');
  }
  const token = normalizeHost(text);
  if (token.includes('*') || /^(all|any)$/.test(token)) {
    const fix = 'name each host; patterns that were reviewed belong to the settings of a workspace';
    return finding('egress-wildcard', `${quoted(text)} stands for hosts that nobody named`, fix);
  }
  const range = cidrProblem(token);
  if (range === undefined) return { token, hosts: [token] };
  if (RANGE.test(token)) return finding('egress-host', range.message, range.fix);
  const hosts = hostsOf(token);
  if (hosts === undefined) return unknownKeyword(text, token);
  const problem = token.includes('.') ? hostProblem(token) : undefined;
  return problem === undefined ? { token, hosts } : finding('egress-host', problem.message, problem.fix);
}

function unknownKeyword(text: string, token: string): Finding {
  const known = Object.keys(KEYWORDS);
  const message = `${quoted(text)} is no host, and no keyword that anybody reviewed${didYouMean(token, known)}`;
  const fix = `name the hosts, or use one of ${known.join(', ')}; looking for a word in names would let others through that merely hold it`;
  return finding('egress-keyword', message, fix);
}

function finding(rule: string, message: string, fix: string): Finding {
  return { rule, severity: 'error', where: { construct: ALLOWLIST_VARIABLE }, message, fix };
}
