import type { Analysis } from '../analysis';
import { Governance, placeOf } from './governed-pods';
import type { Rule, RuleFinding } from './rule';
import { peerText } from './rule-text';

/**
 * Finds rules that require authentication of what has no identity to prove: the host, nodes, the world. Cilium skips the
 * handshake for reserved identities, and what it has not authenticated it drops.
 * @see handleAuthRequest in https://github.com/cilium/cilium/blob/v1.19.4/pkg/auth/manager.go
 */
export const authenticationImpossible: Rule = {
  id: 'authentication-impossible',
  severity: 'warning',
  title: 'Authentication required of what cannot authenticate',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    for (const governed of Governance.of(analysis).rules) {
      const { authentication, effect, peers } = governed.rule;
      if (authentication !== 'required' || effect === 'deny') continue;
      const unable = peers.filter(
        (peer) =>
          peer.kind !== 'pods' && peer.kind !== 'everyone' && !(peer.kind === 'entity' && peer.entity === 'pods'),
      );
      const [first] = unable;
      if (first === undefined) continue;
      yield {
        at: placeOf(governed),
        message: `the rule requires authentication of ${peerText(first)}, which is no pod and has no identity to prove: its connections are dropped`,
        fix: 'require authentication of pods only, and write a rule without it for the others',
      };
    }
  },
};
