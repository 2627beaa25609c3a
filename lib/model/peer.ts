import { InvalidValueError, quoted } from '../finding';
import { type CidrRange, cidrRange, INTERNET } from './cidr';
import { host } from './host';
import { type Labels, labels, labelsKey } from './label';
import { memo } from './memo';
import { dnsLabelProblem } from './name';
import { proseProblem } from './prose';

/** One end of an edge. */
export type Peer = PodsPeer | NamespacePeer | EntityPeer | FqdnPeer | CidrPeer | InternetPeer;

/** Pods of one namespace that carry all of these labels. */
export interface PodsPeer {
  readonly kind: 'pods';
  readonly namespace: string;
  readonly labels: Labels;
}

/** Every pod of one namespace. */
export interface NamespacePeer {
  readonly kind: 'namespace';
  readonly namespace: string;
}

/** Something that Cilium knows by a reserved identity. */
export interface EntityPeer {
  readonly kind: 'entity';
  readonly entity: Entity;
}

/** Hosts outside the cluster, by name: exact, `*.example.com` or `**.example.com`. */
export interface FqdnPeer {
  readonly kind: 'fqdn';
  readonly host: string;
}

/** Addresses outside the cluster. */
export interface CidrPeer extends CidrRange {
  readonly kind: 'cidr';
}

/** The whole internet, less private ranges and metadata addresses; only with a reason. */
export interface InternetPeer {
  readonly kind: 'internet';
  readonly reason: string;
  readonly ranges: readonly CidrRange[];
}

/**
 * Entities that an edge may name. `world` and `all` are missing on purpose: what reaches everywhere is said with
 * Peer.internet() and a reason.
 * @see https://docs.cilium.io/en/stable/security/policy/language/#entities-based
 */
export type Entity = 'kube-apiserver' | 'host' | 'remote-node' | 'ingress' | 'health' | 'cluster';

export const ENTITIES: readonly Entity[] = Object.freeze([
  'kube-apiserver',
  'host',
  'remote-node',
  'ingress',
  'health',
  'cluster',
]);

function namespaceName(text: string): string {
  const problem = dnsLabelProblem(text, 'namespace');
  if (problem !== undefined) throw new InvalidValueError(problem);
  return text;
}

/** Peers outside the cluster that a factory made. They need no second look, which would take long. */
const MADE = new WeakSet<Peer>();

function made<P extends Peer>(peer: P): Readonly<P> {
  MADE.add(peer);
  return Object.freeze(peer);
}

/** True for a peer outside the cluster that one of the factories made and checked. */
export function isMade(peer: Peer): boolean {
  return MADE.has(peer);
}

/**
 * Makes peers that are not constructs of the program. Each factory throws InvalidValueError for what Kubernetes,
 * Cilium or the rule "no wildcard reaches the world" refuses.
 *
 * @example
 * Peer.pods({ namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' } })
 * Peer.cidr('203.0.113.0/24', { except: ['203.0.113.128/25'] })
 */
export const Peer = {
  pods: (of: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> }): PodsPeer =>
    Object.freeze({ kind: 'pods', namespace: namespaceName(of.namespace), labels: labels(of.labels) }),

  namespace: (namespace: string): NamespacePeer =>
    Object.freeze({ kind: 'namespace', namespace: namespaceName(namespace) }),

  entity: (entity: Entity): EntityPeer => {
    if (!ENTITIES.includes(entity)) {
      throw new InvalidValueError({
        message: `${quoted(String(entity))} is not an entity that an edge may name`,
        fix: `use one of ${ENTITIES.join(', ')}; for the internet, use Peer.internet({ reason })`,
      });
    }
    return made({ kind: 'entity', entity });
  },

  fqdn: (name: string, options: { readonly displays?: string } = {}): FqdnPeer =>
    made({ kind: 'fqdn', host: host(name, options.displays) }),

  cidr: (cidr: string, options: { readonly except?: readonly string[] } = {}): CidrPeer =>
    made({ kind: 'cidr', ...cidrRange(cidr, options.except) }),

  internet: (options: { readonly reason: string }): InternetPeer => {
    const reason = options.reason.trim();
    if (reason === '') {
      throw new InvalidValueError({
        message: 'the internet was asked for without a reason',
        fix: 'say why no list of hosts can be given',
      });
    }
    const problem = proseProblem(reason, 'the reason for the internet');
    if (problem !== undefined) throw new InvalidValueError(problem);
    return made({ kind: 'internet', reason, ranges: INTERNET });
  },
} as const;

/** True for peers that are neither pods nor nodes of this cluster. */
export function isExternal(peer: Peer): peer is FqdnPeer | CidrPeer | InternetPeer {
  return peer.kind === 'fqdn' || peer.kind === 'cidr' || peer.kind === 'internet';
}

/** The peer as a person would say it, unique among different peers. */
export function formatPeer(peer: Peer): string {
  switch (peer.kind) {
    case 'pods':
      return `${peer.namespace}/{${labelsKey(peer.labels)}}`;
    case 'namespace':
      return `${peer.namespace}/*`;
    case 'entity':
      return `entity ${peer.entity}`;
    case 'fqdn':
      return peer.host;
    case 'cidr':
      return peer.except.length === 0 ? peer.cidr : `${peer.cidr} except ${peer.except.join(', ')}`;
    case 'internet':
      return `the internet (${peer.reason})`;
  }
}

/** The same, remembered for the peers that a program names first: its services, before the workspaces that use them. */
export const peerText = memo(formatPeer);
