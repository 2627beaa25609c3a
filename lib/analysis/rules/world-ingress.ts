import type { Analysis } from '../analysis';
import type { Rule } from './rule';
import { findings } from './world-egress';

/**
 * Finds ingress rules from the whole internet, or from so much of it that it makes no difference.
 * @see https://docs.cilium.io/en/stable/security/policy/layer3/#entities-based
 */
export const worldIngress: Rule = {
  id: 'world-ingress',
  severity: 'warning',
  title: 'Ingress from the whole internet',
  check: (analysis: Analysis) =>
    findings(analysis, 'ingress', (peers, ports) => ({
      message: `the rule allows ingress from ${peers} on ${ports}: everybody who finds a way to the pods may use them`,
      fix: 'name the gateway or the addresses that requests come from',
    })),
};
