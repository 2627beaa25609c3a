import { BlockList, isIPv6 } from 'node:net';
import type { CiliumNetworkPolicySpec, CiliumPortRule } from '../../../../lib/kube/cilium-network-policy';
import type { NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec } from '../../../../lib/kube/network-policy';
import type { LabelSelector } from '../../../../lib/kube/selector';
import type { Direction } from '../../../../lib/model/component';
import type { Protocol } from '../../../../lib/model/port';

/**
 * A small evaluator of rendered policies, written from the documentation of Kubernetes and Cilium and not from our
 * renderers: it reads what is in a spec, and takes a missing or empty list for what a cluster takes it for.
 */

export interface Pod {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What is at the other end of a connection. */
export type Far =
  | { readonly pod: Pod }
  | { readonly entity: string }
  | { readonly address: string; readonly host?: string };

/** One attempt to connect, as seen from a pod. */
export interface Attempt {
  readonly direction: Direction;
  readonly pod: Pod;
  readonly far: Far;
  readonly protocol: Protocol;
  readonly port: number;
  /** Container ports of whoever listens, by name. */
  readonly portNames?: Readonly<Record<string, number>>;
  /** What is said once connected; absent for traffic that no L7 rule understands. */
  readonly request?: { readonly method: string; readonly path: string } | { readonly query: string };
}

export interface Policy<Spec> {
  readonly namespace: string;
  readonly spec: Spec;
}

export function selects(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  const carried = (key: string) => (Object.hasOwn(labels, key) ? labels[key] : undefined);
  const exact = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => carried(key) === value);
  return (
    exact &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = carried(key);
      if (operator === 'Exists') return value !== undefined;
      if (operator === 'DoesNotExist') return value === undefined;
      if (operator === 'In') return value !== undefined && values.includes(value);
      return value === undefined || !values.includes(value);
    })
  );
}

export function inRange(
  address: string,
  range: { readonly cidr: string; readonly except?: readonly string[] },
): boolean {
  const within = (cidr: string) => {
    const [network = '', prefix = ''] = cidr.split('/');
    const list = new BlockList();
    list.addSubnet(network, Number(prefix), isIPv6(network) ? 'ipv6' : 'ipv4');
    return isIPv6(network) === isIPv6(address) && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  };
  return within(range.cidr) && !(range.except ?? []).some(within);
}

function portMatches(
  rule: { readonly protocol: string; readonly port: number | string; readonly endPort?: number },
  attempt: Attempt,
): boolean {
  if (rule.protocol !== attempt.protocol) return false;
  const named = /^\d+$/.test(String(rule.port)) ? Number(rule.port) : attempt.portNames?.[String(rule.port)];
  return named !== undefined && named <= attempt.port && attempt.port <= (rule.endPort ?? named);
}

export function kubernetesAllows(policies: readonly Policy<NetworkPolicySpec>[], attempt: Attempt): boolean {
  const { direction, pod } = attempt;
  const governing = policies.filter(
    ({ namespace, spec }) =>
      namespace === pod.namespace && selects(spec.podSelector, pod.labels) && spec.policyTypes.includes(direction),
  );
  if (governing.length === 0) return true;
  return governing.some(({ namespace, spec }) =>
    direction === 'Ingress'
      ? (spec.ingress ?? []).some((rule) => ruleMatches(namespace, rule.from, rule.ports, attempt))
      : (spec.egress ?? []).some((rule) => ruleMatches(namespace, rule.to, rule.ports, attempt)),
  );
}

function ruleMatches(
  namespace: string,
  peers: readonly NetworkPolicyPeer[] | undefined,
  ports: readonly NetworkPolicyPort[] | undefined,
  attempt: Attempt,
): boolean {
  const anyPeer = peers === undefined || peers.length === 0;
  const anyPort = ports === undefined || ports.length === 0;
  return (
    (anyPeer || peers.some((peer) => peerMatches(namespace, peer, attempt.far))) &&
    (anyPort || ports.some((port) => portMatches(port, attempt)))
  );
}

function peerMatches(own: string, { namespaceSelector, podSelector, ipBlock }: NetworkPolicyPeer, far: Far): boolean {
  if (ipBlock !== undefined) return 'address' in far && inRange(far.address, ipBlock);
  if (!('pod' in far)) return false;
  const inNamespace =
    namespaceSelector === undefined
      ? far.pod.namespace === own
      : selects(namespaceSelector, { 'kubernetes.io/metadata.name': far.pod.namespace });
  return inNamespace && selects(podSelector ?? {}, far.pod.labels);
}

const NAMESPACE = 'io.kubernetes.pod.namespace';

interface CiliumPeers {
  readonly endpoints: readonly LabelSelector[] | undefined;
  readonly entities: readonly string[] | undefined;
  readonly ranges: readonly { readonly cidr: string; readonly except?: readonly string[] }[] | undefined;
  readonly hosts: readonly DnsSelector[] | undefined;
}

export function ciliumAllows(policies: readonly Policy<CiliumNetworkPolicySpec>[], attempt: Attempt): boolean {
  const { direction, pod } = attempt;
  const selecting = policies.filter(
    ({ namespace, spec }) => namespace === pod.namespace && selects(spec.endpointSelector, withNamespace(pod)),
  );
  if (selecting.some(({ spec }) => denies(spec, attempt))) return false;
  const enforcing = selecting.some(({ spec }) => enforces(spec, direction));
  const matching = selecting.flatMap(({ namespace, spec }) => l7Matches(namespace, spec, attempt));
  // A rule with L7 rules sends the port through a proxy, which asks the list even where nothing else is enforced.
  return matching.length === 0 ? !enforcing : matching.some((allowed) => allowed);
}

function withNamespace({ namespace, labels }: Pod): Record<string, string> {
  return { ...labels, [NAMESPACE]: namespace };
}

function enforces({ enableDefaultDeny, ...spec }: CiliumNetworkPolicySpec, direction: Direction): boolean {
  if (direction === 'Ingress') return enableDefaultDeny?.ingress ?? (spec.ingress ?? []).length > 0;
  return enableDefaultDeny?.egress ?? [...(spec.egress ?? []), ...(spec.egressDeny ?? [])].length > 0;
}

function denies(spec: CiliumNetworkPolicySpec, { direction, far }: Attempt): boolean {
  if (direction === 'Ingress' || !('address' in far)) return false;
  return (spec.egressDeny ?? []).some(({ toCIDRSet }) => toCIDRSet.some((range) => inRange(far.address, range)));
}

/** For each port entry that matches the connection, whether it lets the request through. */
function l7Matches(namespace: string, spec: CiliumNetworkPolicySpec, attempt: Attempt): readonly boolean[] {
  const rules =
    attempt.direction === 'Ingress'
      ? (spec.ingress ?? []).map((rule) => ({
          toPorts: rule.toPorts,
          peers: {
            endpoints: rule.fromEndpoints,
            entities: rule.fromEntities,
            ranges: rule.fromCIDRSet,
            hosts: undefined,
          },
        }))
      : (spec.egress ?? []).map((rule) => ({
          toPorts: rule.toPorts,
          peers: {
            endpoints: rule.toEndpoints,
            entities: rule.toEntities,
            ranges: rule.toCIDRSet,
            hosts: rule.toFQDNs,
          },
        }));
  return rules
    .filter(({ peers, toPorts }) => ciliumPeersMatch(namespace, peers, toPorts !== undefined, attempt.far))
    .flatMap(({ toPorts }) => portEntriesMatch(toPorts, attempt));
}

/** As pkg/policy/utils/parserules.go: an empty list selects nothing, but an empty toFQDNs or no peer at all everything. */
function ciliumPeersMatch(own: string, peers: CiliumPeers, hasPorts: boolean, far: Far): boolean {
  const { endpoints, entities, ranges, hosts } = peers;
  if ([endpoints, entities, ranges].some((list) => list !== undefined && list.length === 0)) return false;
  const all = [...(endpoints ?? []), ...(entities ?? []), ...(ranges ?? []), ...(hosts ?? [])];
  if (all.length === 0) return hasPorts;
  return (
    (endpoints ?? []).some((selector) => 'pod' in far && endpointMatches(own, selector, far.pod)) ||
    (entities ?? []).some((entity) => entityMatches(entity, far)) ||
    (ranges ?? []).some((range) => 'address' in far && inRange(far.address, range)) ||
    (hosts ?? []).some((host) => 'address' in far && far.host !== undefined && hostMatches(host, far.host))
  );
}

function endpointMatches(own: string, selector: LabelSelector, pod: Pod): boolean {
  const keys = [...Object.keys(selector.matchLabels ?? {}), ...(selector.matchExpressions ?? []).map(({ key }) => key)];
  return (keys.includes(NAMESPACE) || pod.namespace === own) && selects(selector, withNamespace(pod));
}

function entityMatches(entity: string, far: Far): boolean {
  if (entity === 'cluster') return 'pod' in far || 'entity' in far;
  return 'entity' in far && far.entity === entity;
}

function portEntriesMatch(toPorts: readonly CiliumPortRule[] | undefined, attempt: Attempt): readonly boolean[] {
  if (toPorts === undefined || toPorts.length === 0) return [true];
  return toPorts
    .filter(({ ports }) => ports.some((port) => portMatches(port, attempt)))
    .map(({ rules }) => {
      if (rules?.http !== undefined) return rules.http.some((rule) => httpMatches(rule, attempt));
      if (rules?.dns !== undefined) return rules.dns.some((rule) => queryMatches(rule, attempt));
      return true;
    });
}

function httpMatches(rule: { readonly method?: string; readonly path?: string }, { request }: Attempt): boolean {
  if (request === undefined || !('method' in request)) return Object.keys(rule).length === 0;
  const whole = (pattern: string | undefined, text: string) =>
    pattern === undefined || new RegExp(`^(?:${pattern})$`).test(text);
  return whole(rule.method, request.method) && whole(rule.path, request.path);
}

function queryMatches(rule: DnsSelector, { request }: Attempt): boolean {
  if (request === undefined || !('query' in request)) return 'matchPattern' in rule && rule.matchPattern === '*';
  return hostMatches(rule, request.query);
}

export type DnsSelector = { readonly matchName: string } | { readonly matchPattern: string };

/** As pkg/fqdn/matchpattern/matchpattern.go of Cilium 1.19. */
export function hostMatches(selector: DnsSelector, name: string): boolean {
  if ('matchName' in selector) return selector.matchName === name;
  if (/^\*+$/.test(selector.matchPattern)) return true;
  const characters = '[-a-z0-9_]';
  const [deep = ''] = /^\*{2,}\./.exec(selector.matchPattern) ?? [];
  const rest = selector.matchPattern.slice(deep.length);
  const expression = rest.replaceAll('.', '[.]').replaceAll(/\*+/g, `${characters}*`);
  return new RegExp(`^${deep === '' ? '' : `(${characters}+[.])+`}${expression}$`).test(name);
}
