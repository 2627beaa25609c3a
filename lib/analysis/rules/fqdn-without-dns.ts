import type { Analysis } from '../analysis';
import { rulesForNames } from './dns-rules';
import { placeOf } from './governed-pods';
import { endText } from './pods-text';
import { type Rule, type RuleFinding, someOf } from './rule';
import { peersText } from './rule-text';

/**
 * Finds `toFQDNs` of pods that no DNS rule is for. Cilium learns the addresses of a name from the answers that its DNS
 * proxy sees, and only a DNS rule sends them through the proxy: without one the rule matches no address, ever.
 * @see https://docs.cilium.io/en/stable/security/policy/layer3/#dns-based
 */
export const fqdnWithoutDns: Rule = {
  id: 'fqdn-without-dns',
  severity: 'error',
  title: 'toFQDNs for pods that no DNS rule is for',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    for (const { rule, groups } of rulesForNames(analysis)) {
      const blind = groups.filter(({ askable }) => askable === undefined).flatMap(({ pods }) => pods.ends);
      if (blind.length === 0) continue;
      yield {
        at: placeOf(rule),
        message: `Cilium never learns the addresses of ${peersText(rule.rule)} for ${someOf(blind, (end) => endText(analysis, end))}: no DNS rule is for these pods`,
        fix: 'allow egress to the DNS pods on port 53 with rules.dns that name the hosts',
      };
    }
  },
};
