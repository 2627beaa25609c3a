import { cidrsOverlap } from './cidr';
import { isHostPattern } from './host';
import type { Labels } from './label';
import type { Peer } from './peer';
import type { Port } from './port';

/**
 * True if a packet could match both peers. Where that cannot be known before run time (host names and addresses), the
 * answer is true: the caller asks because an overlap would be a mistake.
 */
export function peersOverlap(a: Peer, b: Peer): boolean {
  if (a.kind === 'entity' || b.kind === 'entity') return entitiesOverlap(a, b);
  if (isInCluster(a) || isInCluster(b)) {
    return isInCluster(a) && isInCluster(b) && a.namespace === b.namespace && compatible(labelsOf(a), labelsOf(b));
  }
  if (a.kind === 'fqdn' && b.kind === 'fqdn')
    return a.host === b.host || isHostPattern(a.host) || isHostPattern(b.host);
  if (a.kind === 'cidr' && b.kind === 'cidr') return cidrsOverlap(a.cidr, b.cidr);
  return true;
}

type InClusterPeer = Extract<Peer, { namespace: string }>;

function isInCluster(peer: Peer): peer is InClusterPeer {
  return peer.kind === 'pods' || peer.kind === 'namespace';
}

function labelsOf(peer: InClusterPeer): Labels {
  return peer.kind === 'pods' ? peer.labels : {};
}

/** True if one pod could carry both label sets. */
function compatible(a: Labels, b: Labels): boolean {
  return Object.entries(a).every(([key, value]) => !Object.hasOwn(b, key) || b[key] === value);
}

/** `cluster` holds every pod and node of the cluster; the other entities are nodes or the API server. */
function entitiesOverlap(a: Peer, b: Peer): boolean {
  if (a.kind !== 'entity') return entitiesOverlap(b, a);
  if (b.kind === 'entity') return a.entity === b.entity || a.entity === 'cluster' || b.entity === 'cluster';
  return a.entity === 'cluster' && isInCluster(b);
}

/** True if the two lists of ports have one in common. Named ports may stand for any number of their protocol. */
export function portsOverlap(a: readonly Port[], b: readonly Port[]): boolean {
  return a.some((one) => b.some((other) => portPairOverlaps(one, other)));
}

function portPairOverlaps(a: Port, b: Port): boolean {
  if (a.protocol !== b.protocol) return false;
  if (typeof a.port === 'string' || typeof b.port === 'string') {
    return a.port === b.port || typeof a.port !== typeof b.port;
  }
  return a.port <= (b.endPort ?? b.port) && b.port <= (a.endPort ?? a.port);
}
