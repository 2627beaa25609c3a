import { isMet } from '../../kube/selector';
import type { Entity } from '../policy/policy-model';
import type { PodSelector } from '../policy/requirement';
import type { End } from './end';

/** One of the identities that Cilium may know an end by; manifests do not always tell which. */
export interface Guise {
  /** Reserved labels; for pods there are none. */
  readonly labels: readonly string[];
  /** Of ends that have an address of the world. */
  readonly family?: 4 | 6;
}

/** An address is known as `world` where there is one family of addresses, and else by its family. */
const WORLD: readonly Guise[] = ([4, 6] as const).flatMap((family) => [
  { labels: ['world'], family },
  { labels: [`world-ipv${family}`], family },
]);
/** Pods on the host's network have the identity of their node, which is the pod's own or another one. */
const NODE: readonly Guise[] = [{ labels: ['host'] }, { labels: ['remote-node'] }];
/**
 * An API server is a node where it runs on one, and an address of the world where it does not.
 * @see pkg/ipcache/metadata.go of Cilium 1.19
 */
const API_SERVER: readonly Guise[] = [...NODE, ...WORLD].map(({ labels, ...guise }) => {
  return { ...guise, labels: [...labels, 'kube-apiserver'] };
});

/** What an end that is no pod of its own network may be; none for such pods. */
export function guisesOf(end: End): readonly Guise[] {
  switch (end.kind) {
    case 'pods':
      return end.hostNetwork ? NODE : [];
    case 'addresses':
      return WORLD.filter(({ family }) => family === (end.ranges[0]?.family ?? 4));
    case 'name':
      return WORLD;
    case 'entity':
      return isApiServer(end) ? API_SERVER : [{ labels: [end.entity] }];
  }
}

export function isHost(end: End): boolean {
  return end.kind === 'entity' && end.entity === 'host';
}

export function isApiServer(end: End): boolean {
  return end.kind === 'entity' && end.entity === 'kube-apiserver';
}

/** @see https://docs.cilium.io/en/stable/security/policy/language/#entities-based */
export function isOf({ labels, family }: Guise, entity: Entity): boolean {
  if (entity === 'world') return family !== undefined;
  if (entity === 'world-ipv4' || entity === 'world-ipv6') return family === (entity === 'world-ipv4' ? 4 : 6);
  return labels.includes(entity);
}

/** Whether a selector of peers selects what has no labels of Kubernetes. */
export function isSelected({ labels }: Guise, selector: PodSelector): boolean {
  return selector.every((requirement) => {
    const isThere = requirement.attribute === 'reserved' && labels.includes(requirement.key);
    return isMet(requirement, isThere ? '' : undefined);
  });
}
