import { cidrRange } from '../address/address-range';
import { METADATA_CIDRS } from '../address/special-address';
import type { ChangeTag } from './difference';
import type { OutsideEnd } from './reach-end';

const known = new WeakMap<OutsideEnd, readonly ChangeTag[]>();

/** What makes a change between two ends worth a second look. Ends are namespaces, by name, or something outside. */
export function changeTags(from: string | OutsideEnd, to: string | OutsideEnd): readonly ChangeTag[] {
  if (typeof from === 'string' && typeof to === 'string') return from === to ? [] : ['cross-namespace'];
  return [from, to].flatMap((end) => (typeof end === 'string' ? [] : tagsOf(end)));
}

function tagsOf(end: OutsideEnd): readonly ChangeTag[] {
  let tags = known.get(end);
  if (tags === undefined) {
    tags = computed(end);
    known.set(end, tags);
  }
  return tags;
}

function computed(end: OutsideEnd): readonly ChangeTag[] {
  switch (end.kind) {
    case 'name':
      return ['world'];
    case 'entities':
      return end.entities.includes('kube-apiserver') ? ['api-server'] : [];
    case 'addresses': {
      const metadata = METADATA_CIDRS.filter((cidr) => end.cidrs.some((outer) => holds(outer, cidr)));
      const isOnlyMetadata = end.cidrs.every((cidr) => METADATA_CIDRS.some((service) => holds(service, cidr)));
      return [...(isOnlyMetadata ? [] : (['world'] as const)), ...(metadata.length > 0 ? (['metadata'] as const) : [])];
    }
  }
}

function holds(outer: string, inner: string): boolean {
  const [wide, narrow] = [cidrRange(outer), cidrRange(inner)];
  if (wide === undefined || narrow === undefined || wide.family !== narrow.family) return false;
  return wide.first <= narrow.first && narrow.last <= wide.last;
}
