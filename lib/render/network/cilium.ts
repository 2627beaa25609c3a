import { InvalidValueError } from '../../finding';
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
import { wordProblem } from '../../model/word';
import { dnsSelector, MAX_PORTS, portRules } from './cilium-port-rule';
import { ciliumRefusals } from './cilium-refusal';
import { CILIUM_VERSIONS, type CiliumVersion, isAtLeast } from './cilium-version';
import type { DefaultDenyScope, Dialect, RenderedPolicy } from './dialect';
import { DNS_PURPOSE, dnsQueries } from './dns';
import { KnownRules } from './known-rule';
import { joinEdges, type PolicyRule } from './rule';
import { ciliumPeer, ciliumSelector, deniedPods, joinPods } from './selection';

/**
 * `cilium.io/v2` CiliumNetworkPolicy of one minor version of Cilium. It knows everything that an edge can say, with
 * two bounds: `**.` patterns exist from 1.19, mutual authentication up to 1.20.
 *
 * @param options.version minor version of the agents in the cluster, `1.18` to `1.21`
 * @throws InvalidValueError for another version, whose rules nobody looked at
 * @see https://docs.cilium.io/en/stable/security/policy/language/
 */
export function cilium(options: { readonly version: CiliumVersion }): Dialect {
  const problem = wordProblem('the version of Cilium', options.version, CILIUM_VERSIONS);
  if (problem !== undefined) throw new InvalidValueError(problem);
  return {
    name: `cilium ${options.version}`,
    policy: { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy' },
    canObserve: true,
    mostPorts: MAX_PORTS,
    canAuthenticate: !isAtLeast(options.version, '1.21'),
    refusals: (edge) => ciliumRefusals(edge, options.version),
    componentPolicy: renderComponent,
    defaultDeny: renderDefaultDeny,
  };
}

function renderComponent(component: ComponentModel, cluster: Cluster): RenderedPolicy {
  const { stage, directions } = component;
  const [ingress, egress] = [directions.includes('Ingress'), directions.includes('Egress')];
  const incoming = ingress ? joinEdges(component.ingress, 'Ingress') : [];
  const outgoing = egress ? [...dnsRule(component, cluster), ...joinEdges(component.egress, 'Egress')] : [];
  const from = incoming.map((rule) => ingressRules.get(rule, stage));
  const to = outgoing.map((rule) => egressRules.get(rule, stage));
  const spec: Writable<CiliumNetworkPolicySpec> = { endpointSelector: { matchLabels: component.selector } };
  if (stage === 'observe') spec.enableDefaultDeny = NO_DEFAULT_DENY;
  if (ingress) spec.ingress = orNothing(from.map(({ rule }) => rule));
  if (egress) spec.egress = orNothing(to.map(({ rule }) => rule));
  if (egress && stage === 'enforce' && component.deniesMetadata && outgoing.some(leavesCluster)) {
    spec.egressDeny = [{ toCIDRSet: METADATA }];
  }
  return {
    spec: spec as RenderedPolicy['spec'],
    ingress: from.map(({ line }) => line),
    egress: to.map(({ line }) => line),
  };
}

function leavesCluster({ kind }: PolicyRule): boolean {
  return kind === 'fqdn' || kind === 'cidr' || kind === 'internet';
}

/** For fields that are added one by one. Objects that are put together from spreads take ten times the memory. */
type Writable<T> = { -readonly [field in keyof T]: T[field] };

/**
 * In the observe stage a policy matches and allows but turns no default deny on. The switch says nothing about deny
 * rules and L7 rules, which is why those are left out or opened wide while observing.
 * @see https://docs.cilium.io/en/stable/security/policy/intro/#policy-deny-default (enableDefaultDeny)
 */
const NO_DEFAULT_DENY = Object.freeze({ ingress: false, egress: false });

/** An empty list counts as absent and enforces nothing; a list with one empty rule allows nothing and enforces. */
function orNothing<Rule extends object>(rules: readonly Rule[]): readonly Rule[] {
  return rules.length > 0 ? rules : [{} as Rule];
}

function dnsRule(component: ComponentModel, cluster: Cluster): readonly PolicyRule[] {
  const { names } = component;
  if (names.length === 0) return [];
  const end = { peer: cluster.dns.peer, title: 'cluster DNS', managed: false };
  const queries = dnsQueries(names, component.namespace, cluster);
  // A list without names is no list (`len(rules.DNS) > 0` in pkg/policy/l4.go of Cilium 1.19), so every name could be asked.
  if (queries.length === 0) return [];
  return [{ kind: end.peer.kind, ends: [end], ports: cluster.dns.ports, queries, purpose: DNS_PURPOSE }];
}

function ingressRule(rule: PolicyRule, stage: Stage): CiliumIngressRule {
  switch (rule.kind) {
    case 'pods':
    case 'namespace':
      return onPorts({ fromEndpoints: endpoints(rule) }, rule, stage);
    case 'entity':
      return onPorts({ fromEntities: entities(rule) }, rule, stage);
    case 'cidr':
    case 'internet':
      return onPorts({ fromCIDRSet: ranges(rule) }, rule, stage);
    case 'fqdn':
      // Connections refuse a host name as a source; Cilium has no fromFQDNs.
      throw new Error('a host name cannot be the source of an ingress rule');
  }
}

function egressRule(rule: PolicyRule, stage: Stage): CiliumEgressRule {
  switch (rule.kind) {
    case 'pods':
    case 'namespace':
      return onPorts({ toEndpoints: endpoints(rule) }, rule, stage);
    case 'entity':
      return onPorts({ toEntities: entities(rule) }, rule, stage);
    case 'cidr':
    case 'internet':
      return onPorts({ toCIDRSet: ranges(rule) }, rule, stage);
    case 'fqdn':
      return onPorts({ toFQDNs: hosts(rule) }, rule, stage);
  }
}

const ingressRules = new KnownRules(ingressRule);
const egressRules = new KnownRules(egressRule);

function endpoints(rule: PolicyRule) {
  const { ends } = rule;
  // As it nearly always is; there is nothing to join then.
  if (ends.length === 1) return [ciliumPeer(ends[0]?.peer as PodsPeer | NamespacePeer)];
  return joinPods(ends.map((end) => end.peer as PodsPeer | NamespacePeer)).map(ciliumSelector);
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

/** Adds to a rule that names peers what holds for all of them. */
function onPorts<Rule extends Writable<CiliumIngressRule> | Writable<CiliumEgressRule>>(
  rendered: Rule,
  rule: PolicyRule,
  stage: Stage,
): Rule {
  if (rule.authentication === 'required' && stage === 'enforce') rendered.authentication = { mode: 'required' };
  rendered.toPorts = portRules(rule, stage);
  return rendered;
}

const METADATA = METADATA_ADDRESSES.map((address) => ({ cidr: metadataCidr(address) }));

/**
 * Denies everything, and the metadata addresses twice: deny rules win over every allow, also over a host name that
 * somebody points at such an address. While observing nothing is denied.
 * @see https://docs.cilium.io/en/stable/security/policy/language/#deny-policies
 */
function renderDefaultDeny(scope: DefaultDenyScope): RenderedPolicy {
  const spec: Writable<CiliumNetworkPolicySpec> = { endpointSelector: deniedPods(scope) };
  if (scope.stage === 'observe') spec.enableDefaultDeny = NO_DEFAULT_DENY;
  spec.ingress = [{}];
  spec.egress = [{}];
  if (scope.stage === 'enforce') spec.egressDeny = [{ toCIDRSet: METADATA }];
  return { spec: spec as RenderedPolicy['spec'], ingress: [], egress: [] };
}
