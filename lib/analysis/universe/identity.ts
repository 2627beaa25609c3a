import type { Entity } from '../policy/policy-model';
import type { End } from './end';

export function isHost(end: End): boolean {
  return end.kind === 'entity' && end.entity === 'host';
}

/** Names of the reserved identities that an end can have; none for pods. */
export function identitiesOf(end: End): readonly string[] {
  switch (end.kind) {
    case 'pods':
      return end.hostNetwork ? ['host', 'remote-node'] : [];
    case 'entity':
      return [end.entity];
    default:
      return ['world'];
  }
}

/** @see https://docs.cilium.io/en/stable/security/policy/language/#entities-based */
export function isOf(end: End, entity: Entity): boolean {
  switch (end.kind) {
    case 'pods':
      // Pods on the host's network have the identity of their node.
      return end.hostNetwork ? entity === 'host' || entity === 'remote-node' : entity === 'pods';
    case 'addresses':
      return entity === 'world' || entity === `world-ipv${end.ranges[0]?.family ?? 4}`;
    case 'name':
      return entity === 'world' || entity === 'world-ipv4' || entity === 'world-ipv6';
    case 'entity':
      return end.entity === entity || (isApiServer(end) && OF_API_SERVER.has(entity));
  }
}

export function isApiServer(end: End): boolean {
  return end.kind === 'entity' && end.entity === 'kube-apiserver';
}

/**
 * What an API server is besides: a node where it runs on one, an address of the world where it does not. The manifests
 * do not tell which.
 * @see pkg/ipcache/metadata.go of Cilium 1.19
 */
const OF_API_SERVER: ReadonlySet<Entity> = new Set(['host', 'remote-node', 'world', 'world-ipv4', 'world-ipv6']);
