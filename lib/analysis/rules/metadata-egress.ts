import { METADATA_CIDRS } from '../address/special-address';
import type { Analysis } from '../analysis';
import { accessTo } from '../graph/access';
import { Governance, type GovernedPods, type GoverningRule, isMember, placeOf } from './governed-pods';
import type { Rule, RuleFinding } from './rule';
import { rangesMeet, rangesOf } from './rule-content';

/** Where clouds answer requests for metadata. */
const HTTP = { protocol: 'TCP', first: 80, last: 80 } as const;

/**
 * Finds egress rules that let pods ask the cloud for the credentials of their node.
 * @see https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html#_restrict_access_to_the_instance_profile_assigned_to_the_worker_node
 * @see https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity#metadata_server
 */
export const metadataEgress: Rule = {
  id: 'metadata-egress',
  severity: 'error',
  title: 'Egress to the metadata address of the cloud',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    const governance = Governance.of(analysis);
    const addresses = METADATA_CIDRS.flatMap((cidr) =>
      analysis.universe.addressEnds(cidr).map((end) => ({ cidr, end })),
    );
    const reported = new Set<GoverningRule>();
    for (const group of governance.groups) {
      if (group.direction !== 'egress' || !group.isolated) continue;
      for (const { cidr, end } of addresses) {
        if (!reaches(analysis, group, end)) continue;
        for (const rule of group.parts.flatMap((part) => governance.rulesOf(part))) {
          const allows = rule.rule.effect === 'allow' && rangesMeet(rangesOf(rule.rule, [], analysis), [HTTP]);
          if (reported.has(rule) || !allows || !isMember(governance.peersOf(rule.rule), end)) continue;
          reported.add(rule);
          const address = cidr.slice(0, cidr.indexOf('/'));
          yield {
            at: placeOf(rule),
            message: `the rule lets pods reach ${address}, where the cloud hands out the credentials of the node to whoever asks`,
            fix: `except ${cidr} from the rule, or deny it in a policy for all pods`,
          };
        }
      }
    }
  },
};

function reaches({ graph }: Analysis, { ends: [pod] }: GovernedPods, end: number): boolean {
  const connection = pod === undefined ? undefined : accessTo(graph.egress.access(pod), end);
  return connection?.segments.some((segment) => rangesMeet([segment], [HTTP])) === true;
}
