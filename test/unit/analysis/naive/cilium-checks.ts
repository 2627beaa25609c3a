import type { CiliumRule, CiliumSpec, PortRule } from './policy';

const ENTITIES = [
  'all',
  'world',
  'world-ipv4',
  'world-ipv6',
  'cluster',
  'host',
  'remote-node',
  'kube-apiserver',
  'ingress',
  'init',
  'health',
  'unmanaged',
  'none',
];

/** Whether Cilium refuses a policy, and so takes in none of its rules (`pkg/policy/api/rule_validation.go`). */
export function isRejected(spec: CiliumSpec, isClusterwide: boolean): boolean {
  const { ingress = [], ingressDeny = [], egress = [], egressDeny = [] } = spec;
  const rules = [...ingress, ...ingressDeny, ...egress, ...egressDeny];
  if (rules.length === 0) return true;
  if ((spec.endpointSelector === undefined) === (spec.nodeSelector === undefined)) return true;
  if (spec.nodeSelector !== undefined && !isClusterwide) return true;
  return rules.some(isBadRule) || ingress.some(hasDnsRules);
}

function hasDnsRules({ toPorts = [] }: CiliumRule): boolean {
  return toPorts.some(({ rules }) => (rules?.dns ?? []).length > 0);
}

function isBadRule(rule: CiliumRule): boolean {
  const { toPorts = [], icmps = [] } = rule;
  const entities = rule.fromEntities ?? rule.toEntities ?? [];
  const cidrSet = rule.fromCIDRSet ?? rule.toCIDRSet ?? [];
  const lists = [
    rule.fromEndpoints ?? rule.toEndpoints,
    rule.fromCIDR ?? rule.toCIDR,
    cidrSet,
    entities,
    rule.toServices,
    rule.toFQDNs,
  ];
  const unsupported = [rule.fromNodes, rule.toNodes, rule.fromGroups, rule.toGroups];
  return (
    lists.filter((list) => (list ?? []).length > 0).length > 1 ||
    // Nodes need an option, and groups are replaced by a policy that nobody here can know.
    unsupported.some((list) => (list ?? []).length > 0) ||
    (toPorts.length > 0 && icmps.length > 0) ||
    entities.some((entity) => !ENTITIES.includes(entity)) ||
    cidrSet.some((each) => [each.cidr, each.cidrGroupRef, each.cidrGroupSelector].filter(Boolean).length !== 1) ||
    toPorts.some(isBadPortRule)
  );
}

function isBadPortRule({ ports = [], serverNames = [], rules = {} }: PortRule): boolean {
  const { http = [], dns = [], kafka = [], l7 = [] } = rules;
  const others = http.length + kafka.length + l7.length;
  const isEmpty = others + dns.length === 0;
  if (ports.length > 40 || ports.some(({ port = '' }) => port === '')) return true;
  if (serverNames.includes('') || (serverNames.length > 0 && !isEmpty)) return true;
  if (isEmpty) return false;
  if ([rules.http, rules.dns, rules.kafka, rules.l7proto].filter((kind) => kind !== undefined).length > 1) return true;
  if (rules.l7 !== undefined && rules.l7proto === undefined) return true;
  if (ports.some(({ port }) => port === '0')) return true;
  if (dns.length > 0) return ports.length === 0 || ports.some(({ port, endPort = 0 }) => endPort > Number(port));
  return ports.some(({ protocol = 'ANY' }) => protocol !== 'TCP');
}
