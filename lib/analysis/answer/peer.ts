import { InvalidValueError, quoted } from '../../finding';
import { addressRange, cidrRange } from '../address/address-range';
import { RESERVED_ENTITIES } from '../policy/policy-model';
import type { EntityEnd } from '../universe/end';
import { normalName } from '../universe/name-pattern';
import type { Interest } from '../universe/universe';
import { didYouMean } from './did-you-mean';

/** An end of connections that somebody asks about. */
export type Peer =
  | { readonly kind: 'workload'; readonly namespace: string; readonly name: string; readonly workload?: string }
  | { readonly kind: 'namespace'; readonly namespace: string }
  /** An address or a CIDR. */
  | { readonly kind: 'addresses'; readonly cidr: string }
  /** A host name, or a pattern as in a policy. */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'entity'; readonly entity: EntityEnd['entity'] | 'world' };

/** Kinds that workloads have. */
export const WORKLOAD_KINDS: readonly string[] = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
  'CronJob',
  'Pod',
  'Component',
  'Representative',
];

const ENTITIES: readonly string[] = ['world', ...RESERVED_ENTITIES];
const LABEL = /^[a-z\d](?:[-a-z\d]*[a-z\d])?$/;
const WORKLOAD = /^([^/[\]]+)\/([^/[\]]+)(?:\[([^[\]]*)\])?$/;
const HOST_NAME = /^(?=.*\.)[-a-z\d_.*]+$/;
const FORMS = 'write namespace/name, namespace/, an address, a CIDR, a host name or an entity such as world';

/**
 * Reads an end as people write it: `shop/cart`, `shop/cart[Deployment]`, `shop/` or `shop` for a namespace, `10.0.0.1`,
 * `10.0.0.0/8`, `api.example.com`, `world`, `kube-apiserver`. A namespace that is called like an entity needs its slash.
 * @throws InvalidValueError for anything else
 */
export function parsePeer(text: string): Peer {
  const given = text.trim();
  if (ENTITIES.includes(given)) return { kind: 'entity', entity: given as EntityEnd['entity'] | 'world' };
  if (looksLikeAddress(given)) {
    const range = given.includes('/') ? cidrRange(given) : addressRange(given);
    if (range !== undefined) return { kind: 'addresses', cidr: given };
    throw new InvalidValueError({
      message: `${quoted(given)} is no address and no CIDR`,
      fix: 'write 10.0.0.1, 10.0.0.0/8, fd00::1 or fd00::/8',
    });
  }
  if (given.endsWith('/')) return { kind: 'namespace', namespace: label(given.slice(0, -1), given) };
  if (given.includes('/')) return workloadPeer(given);
  const name = normalName(given);
  if (HOST_NAME.test(name)) return { kind: 'name', name };
  return { kind: 'namespace', namespace: label(given, given) };
}

/** What an analysis has to be told about before it can tell these ends from others. */
export function interestOf(...peers: readonly (Peer | undefined)[]): Interest {
  return {
    addresses: peers.flatMap((peer) => (peer?.kind === 'addresses' ? [peer.cidr] : [])),
    names: peers.flatMap((peer) => (peer?.kind === 'name' ? [peer.name] : [])),
  };
}

/** As `parsePeer` reads it. */
export function formatPeer(peer: Peer): string {
  switch (peer.kind) {
    case 'workload':
      return `${peer.namespace}/${peer.name}${peer.workload === undefined ? '' : `[${peer.workload}]`}`;
    case 'namespace':
      return `${peer.namespace}/`;
    case 'addresses':
      return peer.cidr;
    case 'name':
      return peer.name;
    case 'entity':
      return peer.entity;
  }
}

function workloadPeer(given: string): Peer {
  const [, namespace = '', name = '', workload] = WORKLOAD.exec(given) ?? [];
  if (namespace === '') throw new InvalidValueError({ message: `${quoted(given)} names no end`, fix: FORMS });
  label(namespace, given);
  if (workload === undefined) return { kind: 'workload', namespace, name };
  const kind = WORKLOAD_KINDS.find((known) => known.toLowerCase() === workload.toLowerCase());
  if (kind !== undefined) return { kind: 'workload', namespace, name, workload: kind };
  throw new InvalidValueError({
    message: `${quoted(workload)} in ${quoted(given)} is no kind of workload`,
    fix: didYouMean(workload, WORKLOAD_KINDS),
  });
}

/** Digits and dots, or a colon, as no name has them. A namespace `10` and a workload `8` make `10/8`. */
function looksLikeAddress(text: string): boolean {
  return /^\d+(?:\.\d+){1,3}(?:\/\d*)?$/.test(text) || /^[\da-f:.]*:[\da-f:.]*(?:\/\d*)?$/i.test(text);
}

function label(namespace: string, given: string): string {
  if (LABEL.test(namespace) && namespace.length <= 63) return namespace;
  throw new InvalidValueError({ message: `${quoted(given)} names no end`, fix: FORMS });
}
