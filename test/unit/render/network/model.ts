import fc from 'fast-check';
import { DEFAULT_CLUSTER } from '../../../../lib/model/cluster';
import type { ComponentModel, Direction } from '../../../../lib/model/component';
import type { Edge, EdgeEnd, L7 } from '../../../../lib/model/edge';
import { formatPeer, Peer } from '../../../../lib/model/peer';
import { Port } from '../../../../lib/model/port';
import { namesOf } from '../../../../lib/render/network/rule';
import { type Attempt, type Far, hostMatches, inRange, type Pod, selects } from './evaluate';

/** Models for the renderers, small enough that random ones overlap, and what they mean without any policy. */

/** The component whose policy is rendered. */
export const SUBJECT: Pod = { namespace: 'here', labels: { app: 'subject' } };

export function component(
  edges: Partial<Pick<ComponentModel, 'egress' | 'ingress' | 'stage' | 'directions'>> = {},
): ComponentModel {
  return {
    title: 'subject',
    namespace: SUBJECT.namespace,
    selector: SUBJECT.labels,
    stage: 'enforce',
    directions: ['Ingress', 'Egress'],
    egress: [],
    ingress: [],
    names: namesOf(edges.egress ?? []),
    ...edges,
  };
}

export interface EdgeParts {
  readonly ports?: readonly Port[];
  readonly l7?: L7;
  readonly authentication?: 'required';
  readonly purpose?: string;
  readonly title?: string;
  /** Whether the other end's policy is rendered too. */
  readonly managed?: boolean;
  readonly name?: EdgeEnd['name'];
}

/** An edge of the subject, to or from a peer. */
export function edge(direction: Direction, peer: Peer, parts: EdgeParts = {}): Edge {
  const subject: EdgeEnd = { peer: Peer.pods(SUBJECT), title: 'subject', managed: true };
  const { ports = [Port.tcp(443)], purpose = 'a reason', title = formatPeer(peer), managed = false } = parts;
  const host = peer.kind === 'fqdn' ? ({ kind: 'host', host: peer.host } as const) : undefined;
  const name = parts.name ?? host;
  const far: EdgeEnd = { peer, title, managed, ...(name === undefined ? {} : { name }) };
  return {
    from: direction === 'Egress' ? subject : far,
    to: direction === 'Egress' ? far : subject,
    ports,
    ...(parts.l7 === undefined ? {} : { l7: parts.l7 }),
    ...(parts.authentication === undefined ? {} : { authentication: parts.authentication }),
    purpose,
    declaredAt: 'app/subject',
  };
}

export const DIRECTIONS: readonly Direction[] = ['Ingress', 'Egress'];

/** The subject with edges in one direction. */
export function withEdges(direction: Direction, edges: readonly Edge[]): ComponentModel {
  return component(direction === 'Egress' ? { egress: edges } : { ingress: edges });
}

/** Pods of a namespace, the same in each. */
export const pods = (namespace: string) => Peer.pods({ namespace, labels: { app: 'x' } });

const NAMESPACES = ['here', 'there'];
const KEYS = ['app', 'constructor'];
const VALUES = ['', 'subject', 'a'];
const HOSTS = ['api.example.com', 'db.example.com', '*.example.com', '**.example.com', 'example.com'];
const RANGES: readonly (readonly [string, readonly string[]])[] = [
  ['203.0.113.0/24', []],
  ['203.0.113.0/24', ['203.0.113.128/25']],
  ['203.0.113.7/32', []],
  ['2001:db8::/32', []],
];

const podLabels = fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES), { minKeys: 1 });
const namespaces = fc.constantFrom(...NAMESPACES);
export const podsPeers = fc.record({ namespace: namespaces, labels: podLabels }).map(Peer.pods);
const namespacePeers = namespaces.map(Peer.namespace);
const ranges = fc.constantFrom(...RANGES).map(([cidr, except]) => Peer.cidr(cidr, { except }));
const internet = fc.constantFrom('browsing', 'mail').map((reason) => Peer.internet({ reason }));
const entities = fc.constantFrom('kube-apiserver', 'host', 'cluster').map((name) => Peer.entity(name as 'host'));
const hosts = fc.constantFrom(...HOSTS).map((host) => Peer.fqdn(host));

/** Peers that both dialects know. */
export const plainPeers: fc.Arbitrary<Peer> = fc.oneof(podsPeers, podsPeers, namespacePeers, ranges, internet);
export const inClusterPeers = fc.oneof(podsPeers, podsPeers, namespacePeers);

const ports = fc.uniqueArray(
  fc.constantFrom(
    Port.tcp(80),
    Port.tcp(443),
    Port.tcpRange(440, 450),
    Port.udp(443),
    Port.sctp(443),
    Port.tcpNamed('web'),
    Port.tcp(53),
  ),
  { minLength: 1, maxLength: 3 },
);
const purposes = fc.constantFrom('one reason', 'another reason');
const http: fc.Arbitrary<L7> = fc
  .uniqueArray(fc.constantFrom({ method: 'GET' }, { path: '/a' }, { method: 'POST', path: '/b/.*' }), { minLength: 1 })
  .map((rules) => ({ http: rules }));

const plainParts = fc.record({ ports, purpose: purposes, title: fc.constantFrom('x', 'y') });

/** An edge of the subject that both dialects can render. */
export function plainEdges(direction: Direction): fc.Arbitrary<Edge> {
  return fc.tuple(plainPeers, plainParts).map(([peer, parts]) => edge(direction, peer, withoutNames(peer, parts)));
}

/** An edge of the subject that the newest Cilium can render. */
export function ciliumEdges(direction: Direction): fc.Arbitrary<Edge> {
  const peers = fc.oneof(plainPeers, entities, ...(direction === 'Egress' ? [hosts] : []));
  const open = fc.tuple(peers, plainParts).map(([peer, parts]) => edge(direction, peer, withoutNames(peer, parts)));
  const restricted = fc
    .tuple(peers, http, purposes, fc.boolean())
    .map(([peer, l7, purpose, managed]) =>
      edge(direction, peer, { ports: [Port.tcp(80)], l7, purpose, managed: managed && peer.kind === 'pods' }),
    );
  return fc.oneof(open, open, restricted);
}

/** Names of ports are for pods only. */
function withoutNames(peer: Peer, parts: { ports: readonly Port[]; purpose: string; title: string }) {
  if (peer.kind === 'pods' || peer.kind === 'namespace') return parts;
  const rest = parts.ports.filter(({ port }) => typeof port === 'number');
  return { ...parts, ports: rest.length > 0 ? rest : [Port.tcp(80)] };
}

const farPods = fc.record({
  namespace: namespaces,
  labels: fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES)),
});

/** A pod, an entity or an address that an edge may be about, or may just miss. */
export const fars: fc.Arbitrary<Far> = fc.oneof(
  { weight: 4, arbitrary: farPods.map((pod) => ({ pod })) },
  { weight: 1, arbitrary: fc.constantFrom('kube-apiserver', 'host', 'remote-node').map((entity) => ({ entity })) },
  {
    weight: 3,
    arbitrary: fc.record({
      address: fc.constantFrom(
        '203.0.113.7',
        '203.0.113.200',
        '2001:db8::1',
        '93.184.216.34',
        '10.0.0.1',
        '169.254.169.254',
      ),
      host: fc.constantFrom('api.example.com', 'a.b.example.com', 'example.com', 'evilexample.com', 'other.org'),
    }),
  },
);

export function attempts(direction: Direction): fc.Arbitrary<Attempt> {
  return fc.record(
    {
      direction: fc.constant(direction),
      pod: fc.constant(SUBJECT),
      far: fars,
      protocol: fc.constantFrom('TCP', 'TCP', 'UDP', 'SCTP'),
      port: fc.constantFrom(53, 80, 80, 443, 443, 445, 8443),
      portNames: fc.constantFrom({ web: 80 }, { web: 8443 }),
      request: fc.constantFrom(
        { method: 'GET', path: '/a' },
        { method: 'POST', path: '/b/c' },
        { method: 'PUT', path: '/' },
      ),
    },
    { requiredKeys: ['direction', 'pod', 'far', 'protocol', 'port', 'portNames'] },
  ) as fc.Arbitrary<Attempt>;
}

/** What the edges say, read from the model alone: true if one of them is about this attempt. */
export function saysSo(edges: readonly Edge[], attempt: Attempt): boolean {
  return edges.some((edge) => {
    const peer = attempt.direction === 'Egress' ? edge.to.peer : edge.from.peer;
    return (
      isAbout(peer, attempt.far) &&
      edge.ports.some((port) => isOn(port, attempt)) &&
      (edge.l7 === undefined || !isCheckedHere(edge, attempt.direction) || isRequested(edge.l7, attempt))
    );
  });
}

function isAbout(peer: Peer, far: Far): boolean {
  switch (peer.kind) {
    case 'pods':
      return (
        'pod' in far && far.pod.namespace === peer.namespace && selects({ matchLabels: peer.labels }, far.pod.labels)
      );
    case 'namespace':
      return 'pod' in far && far.pod.namespace === peer.namespace;
    case 'entity':
      return peer.entity === 'cluster' ? !('address' in far) : 'entity' in far && far.entity === peer.entity;
    case 'fqdn':
      return 'address' in far && far.host !== undefined && hostMatches(selectorOf(peer.host), far.host);
    case 'cidr':
      return 'address' in far && inRange(far.address, peer);
    case 'internet':
      return 'address' in far && peer.ranges.some((range) => inRange(far.address, range));
  }
}

function selectorOf(host: string) {
  return host.includes('*') ? { matchPattern: host } : { matchName: host };
}

function isOn({ protocol, port, endPort }: Port, attempt: Attempt): boolean {
  const first = typeof port === 'number' ? port : attempt.portNames?.[port];
  return (
    protocol === attempt.protocol && first !== undefined && first <= attempt.port && attempt.port <= (endPort ?? first)
  );
}

/** The server's own rule looks at requests, where it is ours. */
function isCheckedHere(edge: Edge, direction: Direction): boolean {
  return (direction === 'Ingress') === edge.to.managed;
}

function isRequested(l7: L7, { request }: Attempt): boolean {
  if (request === undefined || !('method' in request) || !('http' in l7)) return false;
  return l7.http.some(
    ({ method, path }) =>
      (method === undefined || new RegExp(`^(?:${method})$`).test(request.method)) &&
      (path === undefined || new RegExp(`^(?:${path})$`).test(request.path)),
  );
}

/** Whether an attempt is about the cluster's DNS, which has a rule of its own. */
export function isDns({ far }: Attempt): boolean {
  const { peer } = DEFAULT_CLUSTER.dns;
  return isAbout(peer, far);
}
