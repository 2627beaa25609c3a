import type { Analysis } from '../analysis';
import { accessTo } from '../graph/access';
import type { PeerModel, PortModel } from '../policy/policy-model';
import { Governance, type GoverningRule, membersOf, placeOf } from './governed-pods';
import type { Rule, RuleFinding } from './rule';
import { portsText } from './rule-text';
import { worldPeers } from './world-peers';

/**
 * Finds egress rules to the whole internet, or to so much of it that it makes no difference.
 * @see https://docs.cilium.io/en/stable/security/policy/layer3/#entities-based
 */
export const worldEgress: Rule = {
  id: 'world-egress',
  severity: 'error',
  title: 'Egress to the whole internet',
  check: (analysis: Analysis) =>
    findings(analysis, 'egress', (peers, ports) => ({
      message: `the rule allows egress to ${peers} on ${ports}: whoever takes over the pods can send data anywhere`,
      fix:
        analysis.dialect.kind === 'cilium'
          ? 'name the hosts with toFQDNs, or the addresses of the services that are meant'
          : 'name the addresses of the services that are meant',
    })),
};

/** What the two rules about the world have in common. */
export function* findings(
  analysis: Analysis,
  direction: 'ingress' | 'egress',
  text: (peers: string, ports: string) => Pick<RuleFinding, 'message' | 'fix'>,
): Iterable<RuleFinding> {
  const seen = new Set<readonly PeerModel[]>();
  for (const rule of Governance.of(analysis).rules) {
    if (rule.part.direction !== direction || rule.rule.effect === 'deny') continue;
    const peers = worldPeers(rule, analysis);
    // The lists of ports of one rule share its peers.
    if (peers.length === 0 || seen.has(rule.rule.peers) || isDenied(rule, analysis)) continue;
    seen.add(rule.rule.peers);
    yield { at: placeOf(rule), ...text(peers.join(', '), portsText({ ports: portsOf(rule) })) };
  }
}

/** True if denials take every address from all pods that the rule is for, whatever it allows. */
function isDenied({ part, rule }: GoverningRule, analysis: Analysis): boolean {
  const governance = Governance.of(analysis);
  const groups = governance.groupsOf(part);
  const named = membersOf(governance.peersOf(rule)).filter((end) => analysis.universe.ends[end]?.kind === 'addresses');
  if (groups.length === 0 || named.length === 0) return false;
  return groups.every(({ ends: [pod] }) => {
    const access = pod === undefined ? undefined : analysis.graph[part.direction].access(pod);
    return named.every((end) => access !== undefined && (accessTo(access, end)?.segments ?? []).length === 0);
  });
}

/** Of all lists of a rule; undefined if one of them is for every port. */
function portsOf({ part, rule: { peers } }: GoverningRule): readonly PortModel[] | undefined {
  const lists = part.rules.filter((rule) => rule.peers === peers).map(({ ports }) => ports);
  return lists.some((ports) => ports === undefined) ? undefined : lists.flatMap((ports) => ports ?? []);
}
