import type { Analysis } from '../analysis';
import { type Fields, listOf, type WrittenRule, writtenRules } from './raw-rules';
import { placeIn, type Rule, type RuleFinding } from './rule';

const CILIUM_PEERS = ['Endpoints', 'Nodes', 'Entities', 'CIDR', 'CIDRSet', 'Groups'];

/**
 * Finds rules that name nobody and so allow everybody: a generator whose list of peers came out empty.
 *
 * In a NetworkPolicy a missing and an empty `from` both mean every source. In a Cilium policy a missing peer beside
 * `toPorts` means everybody, the world included; only a list that is there and empty means nobody.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
 * @see mergeL4Filter in https://github.com/cilium/cilium/blob/v1.19.4/pkg/policy/rule.go
 */
export const absentPeer: Rule = {
  id: 'absent-peer',
  severity: 'error',
  title: 'A rule that names no peer and allows everybody',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    for (const rule of writtenRules(analysis)) {
      if (rule.effect === 'deny' || !allowsEverybody(rule)) continue;
      const far = rule.direction === 'ingress' ? 'from' : 'to';
      const ports = hasPorts(rule.fields) ? 'on its ports' : 'on every port';
      yield {
        at: placeIn(rule.manifest, rule.path),
        message: `the rule names no peer, so it allows ${rule.direction} ${far} everybody ${ports}, the internet included`,
        fix: rule.isCilium
          ? `name the peers; an empty ${far}Endpoints list means nobody`
          : `name the peers in ${far}; to allow nobody, leave the rule out`,
      };
    }
  },
};

/** True for a rule of which everybody is a peer because no peer is named. */
export function allowsEverybody({ fields, direction, isCilium }: WrittenRule): boolean {
  const far = direction === 'ingress' ? 'from' : 'to';
  if (!isCilium) return listOf(fields[far]).length === 0;
  const named = CILIUM_PEERS.some((peer) => isThere(fields[`${far}${peer}`]));
  const alsoNamed = listOf(fields.toFQDNs).length > 0 || listOf(fields.toServices).length > 0;
  return !named && !(direction === 'egress' && alsoNamed) && hasPorts(fields);
}

function hasPorts(fields: Fields): boolean {
  return [fields.toPorts, fields.icmps, fields.ports].some((list) => listOf(list).length > 0);
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}
