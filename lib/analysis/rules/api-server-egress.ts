import type { Analysis } from '../analysis';
import { Governance, placeOf } from './governed-pods';
import type { Rule, RuleFinding } from './rule';
import { portsText } from './rule-text';

/** Stands for the entities `all` and `cluster`, as far as the API server is concerned. */
const BEYOND = ['host', 'remote-node', 'pods'];

/**
 * Finds egress rules to the API server, which answers every pod that has a token. Only the entity of Cilium tells; behind
 * which address a server stands, plain Kubernetes does not know.
 * @see https://docs.cilium.io/en/stable/security/policy/layer3/#entities-based
 */
export const apiServerEgress: Rule = {
  id: 'api-server-egress',
  severity: 'info',
  title: 'Egress to the API server',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    if (analysis.dialect.kind !== 'cilium') return;
    for (const governed of Governance.of(analysis).rules) {
      const { part, rule } = governed;
      if (part.direction !== 'egress' || rule.effect === 'deny') continue;
      const entities = rule.peers.flatMap((peer) => (peer.kind === 'entity' ? [peer.entity as string] : []));
      const isNamed = entities.includes('kube-apiserver');
      if (!isNamed) continue;
      const isWider = BEYOND.every((entity) => entities.includes(entity));
      yield {
        at: placeOf(governed),
        severity: isWider ? 'warning' : 'info',
        message: isWider
          ? `the rule to entity cluster allows egress to the API server on ${portsText(rule)}, besides every node and pod`
          : `the rule allows egress to the API server on ${portsText(rule)}`,
        fix: isWider
          ? 'name the pods that are meant'
          : 'keep it only for pods that are clients of the API server, with a service account of their own',
      };
    }
  },
};
