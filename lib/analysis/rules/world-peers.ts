import { type AddressRange, blockRanges } from '../address/address-range';
import { holdsMostAddresses } from '../address/special-address';
import type { AddressBlock, PeerModel } from '../policy/policy-model';
import { isAnyName } from '../universe/name-pattern';
import type { GoverningRule } from './governed-pods';
import { isMap } from './raw-rules';
import { peerText } from './rule-text';
import { rangesHold } from './subsume';

/** More addresses than one organization has: wider than a /8, or than a /20 of IPv6. */
const HUGE = { 4: 1n << 24n, 6: 1n << 108n } as const;

/** Addresses that are nobody's on the internet: RFC 1918, RFC 6598, RFC 4193. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'].flatMap(
  (cidr) => blockRanges({ cidr, except: [] }) ?? [],
);

/** The peers of a rule that stand for the internet, as text. Peers that are merely missing are none. */
export function worldPeers({ policy, rule }: GoverningRule): readonly string[] {
  if (!rule.peers.some((peer) => isWorld(peer))) return [];
  const named = rule.peers.filter(
    (peer) => isWorld(peer) && (peer.kind !== 'everyone' || namesEntities(policy.manifest.object, rule.path)),
  );
  return named.map((peer) => (peer.kind === 'everyone' ? 'entity all' : peerText(peer)));
}

function isWorld(peer: PeerModel): boolean {
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
      return false;
  }
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
