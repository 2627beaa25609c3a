import { parse } from 'tldts';
import type { Analysis } from '../analysis';
import { isAnyName } from '../universe/name-pattern';
import { dnsNames } from './dns-rules';
import { Governance, placeOf } from './governed-pods';
import type { Rule, RuleFinding } from './rule';

/**
 * Finds patterns whose `*` stands in the part of a name that anybody can register: `*example.com` also means
 * `evilexample.com`, and `*.com` everything below com.
 * @see https://docs.cilium.io/en/stable/security/policy/layer3/#dns-based
 * @see https://publicsuffix.org for what can be registered (through tldts)
 */
export const suffixCapture: Rule = {
  id: 'suffix-capture',
  severity: 'error',
  title: 'A pattern that also matches domains of others',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    for (const governed of Governance.of(analysis).rules) {
      const { rule } = governed;
      if (rule.effect === 'deny') continue;
      const hosts = rule.peers.flatMap((peer) => (peer.kind === 'names' ? [peer.pattern] : []));
      for (const pattern of new Set([...hosts, ...(dnsNames(rule) ?? [])])) {
        const foreign = foreignName(pattern);
        if (foreign === undefined) continue;
        yield {
          at: placeOf(governed),
          message: `${pattern} also matches ${foreign}, which anybody may register`,
          fix: 'put the * before a dot, in front of a domain that is yours: *.example.com',
        };
      }
    }
  },
};

/** A name of somebody else that a pattern matches; undefined if all that it matches is below one registered domain. */
function foreignName(pattern: string): string | undefined {
  if (!pattern.includes('*') || isAnyName(pattern)) return undefined;
  const text = pattern.replace(/\.$/, '').replace(/^\*\*\./, '*.');
  const name = text.replace(/(^|\.)\*$/, '$1zip').replaceAll('*', 'evil');
  const { domain, isIcann } = parse(name);
  // Zones such as cluster.local are nobody's to register.
  if (domain === null || isIcann !== true) return undefined;
  const registered = text.split('.').slice(-domain.split('.').length);
  return registered.join('.').includes('*') ? name : undefined;
}
