import type { Item } from './cilium-l7';

/** An entry of Cilium's policy map that holds the packet. */
interface MapEntry {
  readonly prefix: number;
  readonly redirect: number;
  readonly explicit: boolean;
  readonly required: boolean;
}

/** A key of the policy map: ports of which `prefix - 8` bits are fixed; shorter than 8 for every protocol. */
export interface Key {
  readonly protocol: string;
  readonly port: number;
  readonly prefix: number;
}

/** An item that is not about the packet, with the keys of its entries. */
export interface Bystander {
  readonly item: Item;
  readonly keys: readonly Key[];
}

/**
 * Whether authentication is asked for (`pkg/policy/mapstate.go`). A packet meets at most two entries of the policy map:
 * the narrowest one for its peer, and the narrowest one for everybody.
 */
export function isAuthenticated(
  items: readonly (Item & { readonly prefix: number })[],
  packet: Omit<Key, 'prefix'>,
  bystanders: readonly Bystander[],
): boolean {
  if (items.every(({ authentication }) => authentication === undefined)) return false;
  const everybody = items.filter(({ peer }) => peer.wildcard);
  // What says the same about a peer as the same filter says about everybody is left out, except for all ports.
  const peers = items.filter((item) => {
    const sameForAll = everybody.find(({ filterKey }) => filterKey === item.filterKey);
    const isSame =
      sameForAll !== undefined &&
      sameForAll.authentication === item.authentication &&
      sameForAll.redirect === item.redirect;
    return !item.peer.wildcard && !(isSame && item.prefix > 8);
  });
  const stoppers = (wildcard: boolean) =>
    bystanders
      .filter(({ item }) => item.peer.wildcard === wildcard && (item.deny || item.authentication !== undefined))
      .flatMap(({ keys }) => keys);
  const own = narrowest(peers, packet, stoppers(false));
  const common = narrowest(everybody, packet, stoppers(true));
  if (own === undefined || common === undefined) return (own ?? common)?.required === true;
  // The one that goes to a proxy wins, and then it takes nothing from the other one.
  if (own.redirect !== common.redirect) return (own.redirect > common.redirect ? own : common).required;
  const [chosen, other] = common.prefix > own.prefix ? [common, own] : [own, common];
  return chosen.explicit ? chosen.required : chosen.required || other.required;
}

function narrowest(
  items: readonly (Item & { readonly prefix: number })[],
  packet: Omit<Key, 'prefix'>,
  stoppers: readonly Key[],
): MapEntry | undefined {
  const byPrefix = new Map<number, MapEntry>();
  for (const { prefix, redirect, authentication } of items) {
    const entry = { prefix, redirect, explicit: authentication !== undefined, required: authentication === 'required' };
    const known = byPrefix.get(prefix);
    byPrefix.set(prefix, known === undefined ? entry : mergeEntries(known, entry));
  }
  const kept: MapEntry[] = [];
  for (const entry of [...byPrefix.values()].sort((a, b) => a.prefix - b.prefix)) {
    const proxied = kept.findLast(({ redirect }) => redirect > entry.redirect);
    // An entry under a broader one that goes to a proxy is only kept for what it says about authentication.
    if (proxied !== undefined && !entry.explicit) continue;
    const inherited = entry.explicit ? undefined : kept.findLast(({ explicit }) => explicit);
    // If the wider entry is inserted last, what it says is only handed down to the first of these (`propagated`).
    const isLost =
      inherited !== undefined &&
      stoppers.some((key) => key.prefix <= entry.prefix && isWithin(key, { ...packet, prefix: inherited.prefix }));
    kept.push({
      ...entry,
      redirect: proxied?.redirect ?? entry.redirect,
      required: isLost ? false : (inherited?.required ?? entry.required),
    });
  }
  return kept.at(-1);
}

function isWithin(key: Key, wide: Key): boolean {
  if (wide.prefix < 8) return true;
  const size = 2 ** (24 - wide.prefix);
  return (
    key.protocol === wide.protocol &&
    key.prefix > wide.prefix &&
    key.port - (key.port % size) === wide.port - (wide.port % size)
  );
}

/** Two entries with the same key: what is said outright counts more than silence, and `required` more than `disabled`. */
function mergeEntries(a: MapEntry, b: MapEntry): MapEntry {
  const redirect = Math.max(a.redirect, b.redirect);
  if (a.explicit !== b.explicit) return { ...(a.explicit ? a : b), redirect };
  return { ...a, redirect, required: a.required || b.required };
}
