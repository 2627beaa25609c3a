import { METADATA_CIDRS } from '../address/special-address';
import type { Analysis } from '../analysis';
import { accessTo } from '../graph/access';
import type { RuleModel } from '../policy/policy-model';
import { isAnyName, namePatternMatches } from '../universe/name-pattern';
import { Governance, type GovernedPods, type GoverningRule, isMember, placeOf } from './governed-pods';
import type { Rule, RuleFinding } from './rule';
import { rangesMeet, rangesOf } from './rule-content';

/** Where clouds answer requests for metadata. */
const HTTP = { protocol: 'TCP', first: 80, last: 80 } as const;

/**
 * Names of that address within a network of the cloud.
 * @see https://cloud.google.com/compute/docs/metadata/querying-metadata
 */
const NAMES = ['metadata.google.internal', 'metadata.goog', 'instance-data.ec2.internal'];
const NAMED = '169.254.169.254/32';

/**
 * Finds egress rules that let pods ask the cloud for the credentials of their node, by its address or by its name. Any
 * name at all is the fault of world-egress.
 * @see https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html#_restrict_access_to_the_instance_profile_assigned_to_the_worker_node
 * @see https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity#metadata_server
 */
export const metadataEgress: Rule = {
  id: 'metadata-egress',
  severity: 'error',
  title: 'Egress to the metadata address of the cloud',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    const addresses = METADATA_CIDRS.flatMap((cidr) =>
      analysis.universe.addressEnds(cidr).map((end) => ({ cidr, end })),
    );
    const reported = new Set<GoverningRule>();
    for (const group of Governance.of(analysis).groups) {
      if (group.direction !== 'egress' || !group.isolated) continue;
      for (const [rule, target, cidr] of [...byAddress(group, addresses, analysis), ...byName(group, analysis)]) {
        if (reported.has(rule)) continue;
        reported.add(rule);
        yield {
          at: placeOf(rule),
          message: `the rule lets pods reach ${target}, where the cloud hands out the credentials of the node to whoever asks`,
          fix: `except ${cidr} from the rule, or deny it in a policy for all pods`,
        };
      }
    }
  },
};

/** A rule, the address or name that it lets pods ask, and the address as a block. */
type Asking = readonly [rule: GoverningRule, target: string, cidr: string];

function* byAddress(
  group: GovernedPods,
  addresses: readonly { readonly cidr: string; readonly end: number }[],
  analysis: Analysis,
): Generator<Asking> {
  for (const { cidr, end } of addresses) {
    if (!reaches(analysis, group, end)) continue;
    const address = cidr.slice(0, cidr.indexOf('/'));
    for (const rule of httpRules(group, 'allow', analysis)) if (names(rule, end, analysis)) yield [rule, address, cidr];
  }
}

/** A deny of the address holds for its names, too. */
function* byName(group: GovernedPods, analysis: Analysis): Generator<Asking> {
  const denies = httpRules(group, 'deny', analysis);
  const ends = analysis.universe.addressEnds(NAMED);
  if (ends.every((end) => denies.some((rule) => names(rule, end, analysis)))) return;
  for (const rule of httpRules(group, 'allow', analysis)) {
    const name = metadataName(rule, analysis);
    if (name !== undefined) yield [rule, name, NAMED];
  }
}

function httpRules({ parts }: GovernedPods, effect: RuleModel['effect'], analysis: Analysis): readonly GoverningRule[] {
  return parts
    .flatMap((part) => Governance.of(analysis).rulesOf(part))
    .filter(({ rule }) => rule.effect === effect && rangesMeet(rangesOf(rule, [], analysis), [HTTP]));
}

function names({ rule }: GoverningRule, end: number, analysis: Analysis): boolean {
  return isMember(Governance.of(analysis).peersOf(rule), end);
}

function metadataName({ rule }: GoverningRule, { dialect }: Analysis): string | undefined {
  const patterns = rule.peers.flatMap((peer) => (peer.kind === 'names' ? [peer.pattern] : []));
  return NAMES.find((name) =>
    patterns.some((pattern) => !isAnyName(pattern) && namePatternMatches(pattern, name, dialect)),
  );
}

function reaches({ graph }: Analysis, { ends: [pod] }: GovernedPods, end: number): boolean {
  const connection = pod === undefined ? undefined : accessTo(graph.egress.access(pod), end);
  return connection?.segments.some((segment) => rangesMeet([segment], [HTTP])) === true;
}
