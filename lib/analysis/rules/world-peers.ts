import { type AddressRange, blockRanges } from '../address/address-range';
import { holdsMostAddresses } from '../address/special-address';
import type { Analysis } from '../analysis';
import type { AddressBlock, PeerModel } from '../policy/policy-model';
import { isAnyName } from '../universe/name-pattern';
import { type GoverningRule, membersOf } from './governed-pods';
import { isMap } from './raw-rules';
import { peerText } from './rule-text';
import { meansPods, rangesHold } from './subsume';

/** More addresses than one organization has: wider than a /8, or than a /20 of IPv6. */
const HUGE = { 4: 1n << 24n, 6: 1n << 108n } as const;

/** Addresses that are nobody's on the internet: RFC 1918, RFC 6598, RFC 4193. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'].flatMap(
  (cidr) => blockRanges({ cidr, except: [] }) ?? [],
);

/** The peers of a rule that stand for the internet, as text. Peers that are merely missing are none. */
export function worldPeers({ policy, rule }: GoverningRule, { universe }: Analysis): readonly string[] {
  if (!rule.peers.some((peer) => isWorld(peer, universe))) return [];
  const named = rule.peers.filter(
    (peer) => isWorld(peer, universe) && (peer.kind !== 'everyone' || namesEntities(policy.manifest.object, rule.path)),
  );
  return named.map((peer) => {
    if (peer.kind === 'everyone') return 'entity all';
    return peer.kind === 'pods' ? 'labels that the world meets, too,' : peerText(peer);
  });
}

function isWorld(peer: PeerModel, universe: Analysis['universe']): boolean {
  switch (peer.kind) {
    case 'everyone':
      return true;
    case 'entity':
      return peer.entity.startsWith('world');
    case 'names':
      return isAnyName(peer.pattern);
    case 'block':
      return isWide([peer.block]);
    case 'cidrGroups':
      return peer.within.length === 0 || peer.within.every((blocks) => isWide(blocks));
    case 'pods':
      return meetsWorld(peer, universe);
  }
}

/** Cilium gives labels to the world as well: `reserved:world`, and none of all those that a selector may rule out. */
function meetsWorld(peer: PeerModel & { readonly kind: 'pods' }, universe: Analysis['universe']): boolean {
  if (peer.selector.some(meansPods)) return false;
  return membersOf(universe.peer(peer)).some((end) => universe.ends[end]?.kind === 'addresses');
}

function isWide(blocks: readonly AddressBlock[]): boolean {
  const ranges = blocks.flatMap((block) => blockRanges(block) ?? []);
  return holdsMostAddresses(ranges) || isHuge(ranges);
}

function isHuge(ranges: readonly AddressRange[]): boolean {
  if (rangesHold(PRIVATE, ranges)) return false;
  return ([4, 6] as const).some((family) => {
    const count = ranges
      .filter((range) => range.family === family)
      .reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
    return count > HUGE[family];
  });
}

/** True if `all` was written; a rule without any peer is another fault. */
function namesEntities(object: unknown, path: readonly (string | number)[]): boolean {
  let value = object;
  for (const step of path) {
    if (hasEntities(value)) return true;
    value = typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined;
  }
  return hasEntities(value);
}

function hasEntities(value: unknown): boolean {
  return isMap(value) && (Array.isArray(value.fromEntities) || Array.isArray(value.toEntities));
}
