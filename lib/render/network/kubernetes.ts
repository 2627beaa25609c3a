import type {
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
} from '../../kube/network-policy';
import type { ComponentModel, Direction } from '../../model/component';
import type { Edge } from '../../model/edge';
import { formatPeer, type NamespacePeer, type Peer, type PodsPeer } from '../../model/peer';
import type { Port } from '../../model/port';
import type { DefaultDenyScope, Dialect, Refusal, RenderedPolicy } from './dialect';
import { DNS_PURPOSE } from './dns';
import { refuseNamedPort } from './named-port';
import { describeRule, joinEdges, type PolicyRule } from './rule';
import { deniedPods, joinPods, kubernetesPeer } from './selection';

const WAYS_OUT = 'use the cilium dialect';

/**
 * Plain `networking.k8s.io/v1` NetworkPolicy, enforced by any conforming network plugin. It knows pods, namespaces
 * and addresses; it does not know host names, requests, identities, entities or a stage that only observes.
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function kubernetes(): Dialect {
  return {
    name: 'kubernetes',
    policy: { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
    canObserve: false,
    canAuthenticate: false,
    refusals,
    componentPolicy: (component, cluster) => {
      const rules = {
        Ingress: joinEdges(component.ingress, 'Ingress'),
        Egress: [...dnsRules(component, cluster.dns), ...joinEdges(component.egress, 'Egress')],
      };
      return renderPolicy(component, rules);
    },
    defaultDeny: renderDefaultDeny,
  };
}

function refusals(edge: Edge): readonly Refusal[] {
  const found: Refusal[] = [];
  refuseNamedPort(edge, found);
  for (const { peer } of [edge.from, edge.to]) {
    if (peer.kind === 'fqdn') {
      found.push({
        rule: 'fqdn-not-expressible',
        message: `a Kubernetes NetworkPolicy cannot name the host '${peer.host}'`,
        fix: `${WAYS_OUT}, name the host's addresses with cidr, or route the call through a service of the cluster`,
      });
    }
    if (peer.kind === 'entity') {
      found.push({
        rule: 'entity-not-expressible',
        message: `a Kubernetes NetworkPolicy cannot name the entity '${peer.entity}'`,
        fix: `${WAYS_OUT}, or name the addresses with cidr`,
      });
    }
  }
  if (edge.l7 !== undefined) {
    found.push({
      rule: 'l7-not-expressible',
      message: `a Kubernetes NetworkPolicy cannot look at ${'dns' in edge.l7 ? 'DNS names' : 'HTTP requests'}`,
      fix: `${WAYS_OUT}, or enforce the rule in a proxy and declare the edge without it`,
    });
  }
  if (edge.authentication !== undefined) {
    found.push({
      rule: 'authentication-not-expressible',
      message: 'a Kubernetes NetworkPolicy cannot require authentication',
      fix: `${WAYS_OUT} up to version 1.20, or require mutual TLS in the service and declare the edge without it`,
    });
  }
  return found;
}

function dnsRules(component: ComponentModel, dns: { peer: Peer; ports: readonly Port[] }): readonly PolicyRule[] {
  if (component.names.length === 0) return [];
  const end = { peer: dns.peer, title: 'cluster DNS', managed: false };
  return [{ kind: dns.peer.kind, ends: [end], ports: dns.ports, purpose: DNS_PURPOSE }];
}

function renderPolicy(component: ComponentModel, rules: Record<Direction, readonly PolicyRule[]>): RenderedPolicy {
  const governs = (direction: Direction) => component.directions.includes(direction);
  const spec: NetworkPolicySpec = {
    podSelector: { matchLabels: component.selector },
    policyTypes: component.directions,
    // The policy type alone denies. An empty list says no more, and makes the API server count a change each time that the
    // policy is applied: it does not keep the list, and misses it the next time (Kubernetes 1.36, NetworkPolicy strategy).
    ...(governs('Ingress') && rules.Ingress.length > 0 ? { ingress: rules.Ingress.map(ingressRule) } : {}),
    ...(governs('Egress') && rules.Egress.length > 0 ? { egress: rules.Egress.map(egressRule) } : {}),
  };
  return {
    spec: { ...spec },
    ingress: governs('Ingress') ? rules.Ingress.map(describeRule) : [],
    egress: governs('Egress') ? rules.Egress.map(describeRule) : [],
  };
}

function ingressRule(rule: PolicyRule): NetworkPolicyIngressRule {
  return { from: peersOf(rule), ports: portsOf(rule) };
}

function egressRule(rule: PolicyRule): NetworkPolicyEgressRule {
  return { to: peersOf(rule), ports: portsOf(rule) };
}

/** An empty list means every port, so it must not come out. */
function portsOf(rule: PolicyRule): readonly NetworkPolicyPort[] {
  if (rule.ports.length === 0) throw new Error('a rule without ports would allow every port');
  return rule.ports.map(({ protocol, port, endPort }) => ({
    protocol,
    port,
    ...(endPort === undefined ? {} : { endPort }),
  }));
}

/** An empty `from` or `to` means everyone, so it must not come out. */
function peersOf(rule: PolicyRule): readonly NetworkPolicyPeer[] {
  if (rule.ends.length === 0) throw new Error('a rule without peers would allow everyone');
  const pods: (PodsPeer | NamespacePeer)[] = [];
  const blocks: NetworkPolicyPeer[] = [];
  for (const { peer } of rule.ends) {
    if (peer.kind === 'pods' || peer.kind === 'namespace') pods.push(peer);
    else if (peer.kind === 'cidr') blocks.push(ipBlock(peer));
    else if (peer.kind === 'internet') blocks.push(...peer.ranges.map(ipBlock));
    // Findings stop a program with such an edge long before; a rule must never come out wider than it was said.
    else throw new Error(`a Kubernetes NetworkPolicy cannot name ${formatPeer(peer)}`);
  }
  return [...joinPods(pods).map(kubernetesPeer), ...blocks];
}

function ipBlock({ cidr, except }: { cidr: string; except: readonly string[] }): NetworkPolicyPeer {
  return { ipBlock: { cidr, ...(except.length > 0 ? { except } : {}) } };
}

/**
 * Both policy types and no rule: everything is denied. Naming both types matters, since egress stays open without.
 */
function renderDefaultDeny(scope: DefaultDenyScope): RenderedPolicy {
  const spec: NetworkPolicySpec = { podSelector: deniedPods(scope), policyTypes: ['Ingress', 'Egress'] };
  return { spec: { ...spec }, ingress: [], egress: [] };
}
