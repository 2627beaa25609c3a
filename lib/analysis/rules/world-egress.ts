import type { Analysis } from '../analysis';
import type { RuleModel } from '../policy/policy-model';
import { Governance, type GoverningRule, placeOf } from './governed-pods';
import type { Rule, RuleFinding } from './rule';
import { portsText } from './rule-text';
import { worldPeers } from './world-peers';

/**
 * Finds egress rules to the whole internet, or to so much of it that it makes no difference.
 * @see https://docs.cilium.io/en/stable/security/policy/language/#entities-based
 */
export const worldEgress: Rule = {
  id: 'world-egress',
  severity: 'error',
  title: 'Egress to the whole internet',
  check: (analysis: Analysis) =>
    findings(analysis, 'egress', (rule, peers) => ({
      message: `the rule allows egress to ${peers} on ${portsText(rule)}: whoever takes over the pods can send data anywhere`,
      fix: 'name the hosts with toFQDNs, or the addresses of the services that are meant',
    })),
};

/** What the two rules about the world have in common. */
export function* findings(
  analysis: Analysis,
  direction: 'ingress' | 'egress',
  text: (rule: RuleModel, peers: string) => Pick<RuleFinding, 'message' | 'fix'>,
): Iterable<RuleFinding> {
  const seen = new Set<string>();
  for (const rule of Governance.of(analysis).rules) {
    if (rule.part.direction !== direction || rule.rule.effect === 'deny') continue;
    const peers = worldPeers(rule);
    const key = keyOf(rule);
    // A rule with several lists of ports names its peers once.
    if (peers.length === 0 || seen.has(key)) continue;
    seen.add(key);
    yield { at: placeOf(rule), ...text(rule.rule, peers.join(', ')) };
  }
}

function keyOf({ policy, rule }: GoverningRule): string {
  const { source, object } = policy.manifest;
  return `${source.file} ${object.metadata.namespace} ${object.metadata.name} ${rule.path.join()}`;
}
