import type {
  CiliumDnsSelector,
  CiliumEgressRule,
  CiliumIngressRule,
  CiliumNetworkPolicySpec,
} from '../../kube/cilium-network-policy';
import type { Cluster } from '../../model/cluster';
import type { ComponentModel } from '../../model/component';
import { METADATA_ADDRESSES, metadataCidr } from '../../model/metadata-address';
import type { NamespacePeer, PodsPeer } from '../../model/peer';
import type { Stage } from '../../model/stage';
import { dnsSelector, portRules } from './cilium-port-rule';
import { ciliumRefusals } from './cilium-refusal';
import { type CiliumVersion, isAtLeast } from './cilium-version';
import type { DefaultDenyScope, Dialect, RenderedPolicy } from './dialect';
import { DNS_PURPOSE, dnsQueries } from './dns';
import { describeRule, joinEdges, type PolicyRule } from './rule';
import { ciliumSelector, deniedPods, joinPods } from './selection';

/**
 * `cilium.io/v2` CiliumNetworkPolicy of one minor version of Cilium. It knows everything that an edge can say, with
 * two bounds: `**.` patterns exist from 1.19, mutual authentication up to 1.20.
 *
 * @param options.version minor version of the agents in the cluster, `1.18` to `1.21`
 * @see https://docs.cilium.io/en/stable/security/policy/language/
 */
export function cilium(options: { readonly version: CiliumVersion }): Dialect {
  return {
    name: `cilium ${options.version}`,
    policy: { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy' },
    canObserve: true,
    canAuthenticate: !isAtLeast(options.version, '1.21'),
    refusals: (edge) => ciliumRefusals(edge, options.version),
    componentPolicy: renderComponent,
    defaultDeny: renderDefaultDeny,
  };
}

function renderComponent(component: ComponentModel, cluster: Cluster): RenderedPolicy {
  const ingress = joinEdges(component.ingress, 'Ingress');
  const egress = [...dnsRule(component, cluster), ...joinEdges(component.egress, 'Egress')];
  const spec: CiliumNetworkPolicySpec = {
    endpointSelector: { matchLabels: component.selector },
    ...defaultDenySwitch(component.stage),
    ...(component.directions.includes('Ingress')
      ? { ingress: orNothing(ingress.map((rule) => ingressRule(rule, component.stage))) }
      : {}),
    ...(component.directions.includes('Egress')
      ? { egress: orNothing(egress.map((rule) => egressRule(rule, component.stage))) }
      : {}),
  };
  return {
    spec: { ...spec },
    ingress: component.directions.includes('Ingress') ? ingress.map(describeRule) : [],
    egress: component.directions.includes('Egress') ? egress.map(describeRule) : [],
  };
}

/**
 * In the observe stage a policy matches and allows but turns no default deny on. The switch says nothing about deny
 * rules and L7 rules, which is why those are left out or opened wide while observing.
 * @see https://docs.cilium.io/en/stable/security/policy/intro/#policy-deny-default (enableDefaultDeny)
 */
function defaultDenySwitch(stage: Stage): Pick<CiliumNetworkPolicySpec, 'enableDefaultDeny'> {
  return stage === 'observe' ? { enableDefaultDeny: { ingress: false, egress: false } } : {};
}

/** An empty list counts as absent and enforces nothing; a list with one empty rule allows nothing and enforces. */
function orNothing<Rule extends object>(rules: readonly Rule[]): readonly Rule[] {
  return rules.length > 0 ? rules : [{} as Rule];
}

function dnsRule(component: ComponentModel, cluster: Cluster): readonly PolicyRule[] {
  const { names } = component;
  if (names.length === 0) return [];
  const end = { peer: cluster.dns.peer, title: 'cluster DNS', managed: false };
  const dns = dnsQueries(names, component.namespace, cluster);
  return [{ kind: end.peer.kind, ends: [end], ports: cluster.dns.ports, l7: { dns }, purpose: DNS_PURPOSE }];
}

function ingressRule(rule: PolicyRule, stage: Stage): CiliumIngressRule {
  const rest = { ...authentication(rule, stage), toPorts: portRules(rule, stage) };
  switch (rule.kind) {
    case 'pods':
    case 'namespace':
      return { fromEndpoints: endpoints(rule), ...rest };
    case 'entity':
      return { fromEntities: entities(rule), ...rest };
    case 'cidr':
    case 'internet':
      return { fromCIDRSet: ranges(rule), ...rest };
    case 'fqdn':
      // Connections refuse a host name as a source; Cilium has no fromFQDNs.
      throw new Error('a host name cannot be the source of an ingress rule');
  }
}

function egressRule(rule: PolicyRule, stage: Stage): CiliumEgressRule {
  const rest = { ...authentication(rule, stage), toPorts: portRules(rule, stage) };
  switch (rule.kind) {
    case 'pods':
    case 'namespace':
      return { toEndpoints: endpoints(rule), ...rest };
    case 'entity':
      return { toEntities: entities(rule), ...rest };
    case 'cidr':
    case 'internet':
      return { toCIDRSet: ranges(rule), ...rest };
    case 'fqdn':
      return { toFQDNs: hosts(rule), ...rest };
  }
}

function endpoints(rule: PolicyRule) {
  const peers = rule.ends.map((end) => end.peer as PodsPeer | NamespacePeer);
  return joinPods(peers).map(ciliumSelector);
}

function entities(rule: PolicyRule): readonly string[] {
  return rule.ends.map(({ peer }) => (peer.kind === 'entity' ? peer.entity : ''));
}

function ranges(rule: PolicyRule) {
  return rule.ends.flatMap(({ peer }) => {
    const list = peer.kind === 'cidr' ? [peer] : peer.kind === 'internet' ? peer.ranges : [];
    return list.map(({ cidr, except }) => (except.length > 0 ? { cidr, except } : { cidr }));
  });
}

/** Unlike an empty `toEndpoints`, an empty `toFQDNs` beside ports means every destination, so it must not come out. */
function hosts(rule: PolicyRule): readonly CiliumDnsSelector[] {
  if (rule.ends.length === 0) throw new Error('a rule without hosts would allow every destination');
  return rule.ends.map(({ peer }) => dnsSelector(peer.kind === 'fqdn' ? peer.host : ''));
}

function authentication(rule: PolicyRule, stage: Stage): { authentication?: { mode: 'required' } } {
  return rule.authentication === 'required' && stage === 'enforce' ? { authentication: { mode: 'required' } } : {};
}

/**
 * Denies everything, and the metadata addresses twice: deny rules win over every allow, also over a host name that
 * somebody points at such an address. While observing nothing is denied.
 * @see https://docs.cilium.io/en/stable/security/policy/language/#deny-policies
 */
function renderDefaultDeny(scope: DefaultDenyScope): RenderedPolicy {
  const metadata = METADATA_ADDRESSES.map((address) => ({ cidr: metadataCidr(address) }));
  const spec: CiliumNetworkPolicySpec = {
    endpointSelector: deniedPods(scope),
    ...defaultDenySwitch(scope.stage),
    ingress: [{}],
    egress: [{}],
    ...(scope.stage === 'enforce' ? { egressDeny: [{ toCIDRSet: metadata }] } : {}),
  };
  return { spec: { ...spec }, ingress: [], egress: [] };
}
